//! Whose certificate a number is: one person's at a time.

use anze_domain::{
    Violation,
    base::id::UserId,
    library::certificate::{CERTIFICATE_IN_USE, Certificate, CertificateKind},
};
use diesel::prelude::*;

use crate::{
    ChangeError, StoreError, Writer,
    store::{
        dialect::{Key, Stored, insert_all},
        schema::certificates,
    },
};

#[derive(Debug, PartialEq, Queryable, Selectable, Insertable)]
#[diesel(table_name = certificates)]
struct Row {
    kind: Stored<CertificateKind>,
    number: String,
    user_id: Key,
}

/// Claims these certificates for a user, and gives up those that the user held before and that are not among them.
///
/// # Errors
/// [`CERTIFICATE_IN_USE`] at each that is another's.
pub fn claim_certificates(
    db: &mut Writer<'_>,
    user: UserId,
    named: &[Certificate],
) -> Result<(), ChangeError> {
    let user = Key::from(user);
    let numbers: Vec<String> = named.iter().map(|certificate| certificate.key().1).collect();
    let known: Vec<Row> = certificates::table
        .filter(certificates::number.eq_any(&numbers).or(certificates::user_id.eq(user)))
        .select(Row::as_select())
        .load(db.connection())
        .map_err(StoreError::from)?;
    let holder = |key: &(CertificateKind, String)| {
        known.iter().find(|row| row.kind.0 == key.0 && row.number == key.1).map(|row| row.user_id)
    };
    let taken = named.iter().filter(|certificate| holder(&certificate.key()).is_some_and(|it| it != user));
    Violation::all(taken.map(|it| Violation::new(CERTIFICATE_IN_USE).at(it.pointer.clone())).collect())?;
    // By number: what another change of the same person claims meanwhile is not among them.
    let given_up: Vec<&String> = known
        .iter()
        .filter(|row| row.user_id == user)
        .filter(|row| !named.iter().any(|it| it.key() == (row.kind.0, row.number.clone())))
        .map(|row| &row.number)
        .collect();
    if !given_up.is_empty() {
        diesel::delete(certificates::table.filter(certificates::user_id.eq(user)))
            .filter(certificates::number.eq_any(&given_up))
            .execute(db.connection())
            .map_err(StoreError::from)?;
    }
    let mut missing: Vec<Row> = Vec::new();
    for certificate in named {
        let (kind, number) = certificate.key();
        let row = Row { kind: Stored(kind), number, user_id: user };
        let there = known.contains(&row) && !given_up.contains(&&row.number);
        if !there && !missing.contains(&row) {
            missing.push(row);
        }
    }
    if !missing.is_empty() {
        insert_all!(db, certificates::table, &missing).map_err(StoreError::from)?;
    }
    Ok(())
}

/// Gives up the certificates of these users, but those that are kept.
pub fn release(db: &mut Writer<'_>, users: &[UserId], kept: &[Certificate]) -> Result<(), StoreError> {
    let users: Vec<Key> = users.iter().copied().map(Key::from).collect();
    let kept: Vec<String> = kept.iter().map(|certificate| certificate.key().1).collect();
    diesel::delete(certificates::table)
        .filter(certificates::user_id.eq_any(users))
        .filter(certificates::number.ne_all(kept))
        .execute(db.connection())?;
    Ok(())
}
