//! Actual cost (据实计算): the exact sum of itemised lines (A3.2).

use std::borrow::Cow;

use rust_decimal::Decimal;

use super::{
    COST_LINE_TOO_LARGE, COST_LINES_COUNT, COST_QUANTITY_INVALID, COST_TEXT_INVALID, COST_UNIT_PRICE_INVALID,
    FEE_NOT_WHOLE_FEN,
};
use crate::{Code, Money, Violation, base::money::MONEY_OUT_OF_RANGE};

/// The most lines that a fee at actual cost may have.
pub const MAX_COST_LINES: usize = 200;

/// The most characters that an item may have.
const MAX_ITEM: usize = 200;

/// The most characters that a unit may have.
const MAX_UNIT: usize = 20;

/// Decimal places that a quantity or a unit price may have.
const PLACES: u32 = 4;

/// A line (明细) of a fee at actual cost (A3.2).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CostLine {
    /// What is charged (项目).
    pub item: String,
    /// In what it is counted (单位).
    pub unit: String,
    /// How many (数量), above 0, at most four places.
    pub quantity: Decimal,
    /// Price of one in CNY (单价), at most four places.
    pub unit_price: Decimal,
}

/// The exact sum of quantity times unit price over all lines (A3.2).
///
/// A single line may come to parts of a fen, the sum may not: nothing is rounded.
///
/// # Errors
/// Every line that is wrong, at `/cost_lines/{i}/…`; else [`FEE_NOT_WHOLE_FEN`] or [`MONEY_OUT_OF_RANGE`] at `/cost_lines`.
pub fn actual_cost_total(lines: &[CostLine]) -> Result<Money, Violation> {
    if !(1..=MAX_COST_LINES).contains(&lines.len()) {
        let count = Violation::new(COST_LINES_COUNT).with("count", lines.len());
        return Err(count.with("maximum", MAX_COST_LINES).at("/cost_lines"));
    }
    Violation::all(lines.iter().enumerate().flat_map(|(i, line)| check_line(i, line)).collect())?;
    // Each line is at most `Money::MAX` with at most eight places, so that the sum of all is exact.
    let sum = |sum: Decimal, line: &CostLine| sum.checked_add(amount(line)?);
    let out_of_range = || Violation::new(MONEY_OUT_OF_RANGE).at("/cost_lines");
    let total = lines.iter().try_fold(Decimal::ZERO, sum).ok_or_else(out_of_range)?.normalize();
    if total.scale() > 2 {
        return Err(Violation::new(FEE_NOT_WHOLE_FEN).with("total", total).at("/cost_lines"));
    }
    Money::from_decimal(total).map_err(|_above_the_maximum| out_of_range())
}

fn amount(line: &CostLine) -> Option<Decimal> {
    line.quantity.normalize().checked_mul(line.unit_price.normalize())
}

fn check_line(i: usize, line: &CostLine) -> Vec<Violation> {
    let mut violations = Vec::new();
    let at =
        |code: &'static Code, field| Violation::new(code).at(Cow::Owned(format!("/cost_lines/{i}/{field}")));
    for (field, text, maximum) in [("item", &line.item, MAX_ITEM), ("unit", &line.unit, MAX_UNIT)] {
        if text.trim().is_empty() || text.chars().count() > maximum {
            let invalid = Violation::new(COST_TEXT_INVALID).with("maximum", maximum);
            violations.push(invalid.at(format!("/cost_lines/{i}/{field}")));
        }
    }
    let quantity = line.quantity > Decimal::ZERO && has_places(line.quantity);
    let unit_price = line.unit_price >= Decimal::ZERO && has_places(line.unit_price);
    if !quantity {
        violations.push(at(COST_QUANTITY_INVALID, "quantity"));
    }
    if !unit_price {
        violations.push(at(COST_UNIT_PRICE_INVALID, "unit_price"));
    }
    if quantity && unit_price && amount(line).is_none_or(|amount| amount > Money::MAX.decimal()) {
        let too_large = Violation::new(COST_LINE_TOO_LARGE).with("maximum", Money::MAX);
        violations.push(too_large.at(format!("/cost_lines/{i}/quantity")));
    }
    violations
}

fn has_places(number: Decimal) -> bool {
    number.normalize().scale() <= PLACES
}
