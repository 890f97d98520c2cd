//! Reads JSON strictly: no field twice, no control characters in texts.

use std::{cell::RefCell, fmt};

use anze_domain::base::code::Field;
use serde::de::{DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Number, Value};

use super::faults::field;
use crate::http::{catalogue, contract::escape, problem::ApiError};

/// Where in the document the reader is.
#[derive(Clone, Copy)]
enum Position<'a> {
    Root,
    Member(&'a Self, &'a str),
    Item(&'a Self, usize),
}

impl fmt::Display for Position<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Root => Ok(()),
            Self::Member(parent, name) => write!(f, "{parent}/{}", escape(name)),
            Self::Item(parent, index) => write!(f, "{parent}/{index}"),
        }
    }
}

#[derive(Clone, Copy)]
struct Reader<'a> {
    position: Position<'a>,
    faults: &'a RefCell<Vec<Field>>,
}

impl Reader<'_> {
    fn check(&self, text: &str) {
        if text.chars().any(|c| c.is_control() && c != '\n' && c != '\t') {
            let fault = field(self.position.to_string(), catalogue::CONTROL_CHARACTER, &[]);
            self.faults.borrow_mut().push(fault);
        }
    }
}

impl<'de> DeserializeSeed<'de> for Reader<'_> {
    type Value = Value;
    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Reader<'_> {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }
    fn visit_unit<E: Error>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }
    fn visit_bool<E: Error>(self, value: bool) -> Result<Value, E> {
        Ok(Value::Bool(value))
    }
    fn visit_i64<E: Error>(self, value: i64) -> Result<Value, E> {
        Ok(value.into())
    }
    fn visit_u64<E: Error>(self, value: u64) -> Result<Value, E> {
        Ok(value.into())
    }
    fn visit_f64<E: Error>(self, value: f64) -> Result<Value, E> {
        // JSON knows no integers: 2.0 is the whole number 2.
        const EXACT: f64 = 9_007_199_254_740_992.0;
        if value.fract() == 0.0
            && value.abs() <= EXACT
            && let Ok(whole) = format!("{value:.0}").parse::<i64>()
        {
            return Ok(whole.into());
        }
        Number::from_f64(value).map(Value::Number).ok_or_else(|| E::custom("number out of range"))
    }
    fn visit_str<E: Error>(self, value: &str) -> Result<Value, E> {
        self.check(value);
        Ok(Value::String(value.to_owned()))
    }
    fn visit_string<E: Error>(self, value: String) -> Result<Value, E> {
        self.check(&value);
        Ok(Value::String(value))
    }
    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Value, A::Error> {
        let mut values = Vec::new();
        while let Some(value) = items.next_element_seed(Reader {
            position: Position::Item(&self.position, values.len()),
            faults: self.faults,
        })? {
            values.push(value);
        }
        Ok(Value::Array(values))
    }
    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Value, A::Error> {
        let mut object = Map::new();
        while let Some(name) = members.next_key::<String>()? {
            let inner = Reader { position: Position::Member(&self.position, &name), faults: self.faults };
            inner.check(&name);
            let position = inner.position.to_string();
            let value = members.next_value_seed(inner)?;
            if object.insert(name, value).is_some() {
                let fault = field(position, catalogue::DUPLICATE_FIELD, &[]);
                self.faults.borrow_mut().push(fault);
            }
        }
        Ok(Value::Object(object))
    }
}

/// Reads a body. Comes with the faults that leave it readable.
pub(super) fn read(bytes: &[u8]) -> Result<(Value, Vec<Field>), ApiError> {
    let not_json = |error: serde_json::Error| {
        ApiError::new(catalogue::NOT_JSON).with("line", error.line()).with("column", error.column())
    };
    let faults = RefCell::default();
    let mut deserializer = serde_json::Deserializer::from_slice(bytes);
    let value = Reader { position: Position::Root, faults: &faults }
        .deserialize(&mut deserializer)
        .map_err(not_json)?;
    deserializer.end().map_err(not_json)?;
    Ok((value, faults.into_inner()))
}
