use anze_domain::{access::Port, service::policy::Committed};

use super::*;
use crate::{
    service::policy,
    testing::{
        Scratch, at, both_databases,
        flow::{self, INSURER, STRANGER, caller, first_page},
        id,
    },
};

/// The sample commission, a draft of 18 % by premium ratio, in this state.
fn like(commission: &Commission, number: u128, status: CommissionStatus) -> Commission {
    let mut other = commission.clone();
    other.id = id(number);
    other.number = number.to_string();
    other.status = status;
    other.terms.fee_mode = FeeMode::PremiumRatio;
    other.terms.contract_number = format!("HT-{number}");
    other.terms.fee = Money::from_fen(18_000).unwrap();
    other.terms.cost_lines = Vec::new();
    for (index, line) in other.terms.lines.iter_mut().enumerate() {
        line.id = id(number * 100 + u128::try_from(index).unwrap());
    }
    other
}

#[both_databases]
async fn a_commission_comes_with_the_premiums_of_its_policy(scratch: Scratch) {
    let work = |db: &mut Writer<'_>| {
        let commission = flow::commission(db)?;
        let terms = policy::find(db, commission.policy_id)?.unwrap().terms;
        let premiums = Premiums { total: terms.premium_total, received: terms.premium_received };
        let priced = Some((commission.clone(), premiums));
        assert_eq!(find_priced(db, commission.id)?, priced);
        assert_eq!(find_priced_locked(db, commission.id)?, priced);
        assert_eq!(find_priced_locked(db, id(1))?, None);
        assert_eq!(find_locked(db, commission.id)?, Some(commission.clone()));
        let second = like(&commission, 501, CommissionStatus::Submitted);
        insert(db, &second)?;
        let filter = Filter { policy_id: Some(commission.policy_id), ..Filter::default() };
        let page = list(db, &caller(Port::Insurer, INSURER), &filter, &first_page(1))?;
        assert_eq!((page.items, page.more), (vec![(commission, premiums)], true));
        let submitted = Filter { status: Some(CommissionStatus::Submitted), ..filter };
        let page = list(db, &caller(Port::Association, STRANGER), &submitted, &first_page(9))?;
        assert!(page.items.contains(&(second, premiums)));
        Ok::<_, StoreError>(())
    };
    scratch.store.write(work).await.unwrap();
}

#[both_databases]
async fn what_counts_against_a_policy_is_summed_alike_for_one_and_for_a_page(scratch: Scratch) {
    let work = |db: &mut Writer<'_>| {
        let sample = flow::commission(db)?;
        let of = sample.policy_id;
        let before = policy::committed(db, of, None)?;
        for (number, status) in [
            (501, CommissionStatus::Draft),
            (502, CommissionStatus::Submitted),
            (503, CommissionStatus::Withdrawn),
            (504, CommissionStatus::Completed),
        ] {
            insert(db, &like(&sample, number, status))?;
        }
        let mut terminated = like(&sample, 505, CommissionStatus::Terminated);
        terminated.amount_due = Some(Money::from_fen(500).unwrap());
        terminated.ended_at = Some(at(1));
        insert(db, &terminated)?;
        let all = policy::committed(db, of, None)?;
        assert_eq!(all.fees.fen() - before.fees.fen(), 18_000 + 18_000 + 500);
        assert_eq!(all.service, Some(sample.terms.period));
        let but = policy::committed(db, of, Some(id(502)))?;
        assert_eq!(all.fees.fen() - but.fees.fen(), 18_000);
        let page = policy::committed_for(db, &[id(1), of])?;
        assert_eq!(page.get(&of), Some(&all));
        assert_eq!(page.get(&id(1)).copied().unwrap_or_default(), Committed::default());
        assert!(policy::committed_for(db, &[])?.is_empty());
        Ok::<_, StoreError>(())
    };
    scratch.store.write(work).await.unwrap();
}
