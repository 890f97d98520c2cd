//! When a commission was served: its report is due from then on.

use std::collections::HashMap;

use anze_domain::{Vocabulary, base::id::CommissionId, service::visit::VisitStatus};
use chrono::{DateTime, Utc};
use diesel::{
    dsl::{count_star, exists, select},
    prelude::*,
};

use crate::{
    StoreError, Writer,
    store::{
        dialect::{Instant, Key, Stored},
        schema::{commission_lines, commissions, visits},
    },
};

/// Notes that all services of a commission are given and accepted, where they now are: from here on its report is due (A4.7).
pub fn note_served(db: &mut Writer<'_>, id: CommissionId, now: DateTime<Utc>) -> Result<(), StoreError> {
    let open = VisitStatus::ALL.iter().copied().filter(|status| status.is_open()).map(Stored);
    let of_commission = visits::table.filter(visits::commission_id.eq(Key::from(id)));
    let any_open = of_commission.filter(visits::status.eq_any(open.collect::<Vec<_>>()));
    if select(exists(any_open)).get_result(db.connection())? {
        return Ok(());
    }
    let accepted: HashMap<Key, i64> = of_commission
        .filter(visits::status.eq(Stored(VisitStatus::Accepted)))
        .group_by(visits::line_id)
        .select((visits::line_id, count_star()))
        .load(db.connection())?
        .into_iter()
        .collect();
    let lines: Vec<(Key, i32)> = commission_lines::table
        .filter(commission_lines::commission_id.eq(Key::from(id)))
        .select((commission_lines::id, commission_lines::times))
        .load(db.connection())?;
    let served =
        |(line, times): &(Key, i32)| accepted.get(line).is_some_and(|count| *count >= i64::from(*times));
    if lines.iter().all(served) {
        let commission = commissions::table.find(Key::from(id)).filter(commissions::served_at.is_null());
        let noted = commissions::served_at.eq(Instant::from(now));
        diesel::update(commission).set(noted).execute(db.connection())?;
    }
    Ok(())
}
