use super::*;
use crate::testing::{
    Scratch, at, both_databases,
    flow::{self, COMMISSION, EXPERTS, day, expert, first_page, sights},
    id,
};
use anze_domain::service::visit::Visit;

fn hazard(number: u128, grade: HazardGrade, visit: &Visit) -> Hazard {
    let notice =
        Notice { number: format!("GZ-{number}"), issued_at: at(0), received_at: None, received_by: None };
    Hazard {
        id: id(number),
        version: 1,
        number: format!("YH-{number}"),
        status: HazardStatus::Open,
        status_reason: None,
        visit_id: visit.id,
        commission_id: visit.commission_id,
        project_id: visit.project_id,
        finding: Finding {
            grade,
            major_hazard_item: (grade == HazardGrade::Major).then(|| "MH2024-07-2".to_owned()),
            place: "三层".to_owned(),
            description: "临边无防护".to_owned(),
            legal_basis: "JGJ 80".to_owned(),
            measures: "加设防护".to_owned(),
            due_on: day(20),
        },
        notice: (grade == HazardGrade::Major).then_some(notice),
        recorded_by: id(21),
        acknowledged_at: None,
        rectified_at: None,
        rectification: None,
        closed_at: None,
        parties: visit.parties,
        created_at: at(0),
        updated_at: at(0),
    }
}

/// Two hazards of the first visit, the second a major one, and one of the second visit.
fn filled(db: &mut Writer<'_>) -> Result<Vec<Hazard>, StoreError> {
    let visits = flow::visits(db)?;
    let all = vec![
        hazard(401, HazardGrade::General, &visits[0]),
        hazard(402, HazardGrade::Major, &visits[0]),
        hazard(403, HazardGrade::General, &visits[1]),
    ];
    all.iter().try_for_each(|hazard| insert(db, hazard))?;
    Ok(all)
}

#[both_databases]
async fn a_hazard_reads_as_it_was_written_a_major_one_with_its_notice(scratch: Scratch) {
    let work = |db: &mut Writer<'_>| {
        let all = filled(db)?;
        for hazard in &all {
            assert_eq!(find(db, hazard.id)?.as_ref(), Some(hazard));
            assert_eq!(find_locked(db, hazard.id)?.as_ref(), Some(hazard));
        }
        assert_eq!(find(db, id(1))?, None);
        assert_eq!(of_visit(db, all[0].visit_id)?, all[..2]);
        assert_eq!(of_commission(db, id(COMMISSION))?, all);
        Ok::<_, StoreError>(())
    };
    scratch.store.write(work).await.unwrap();
}

#[both_databases]
async fn saving_keeps_the_first_receipt_of_the_notice(scratch: Scratch) {
    let work = |db: &mut Writer<'_>| {
        let first = filled(db)?.remove(1);
        let mut next = first.clone();
        next.status = HazardStatus::Acknowledged;
        next.acknowledged_at = Some(at(1));
        next.notice.as_mut().unwrap().received_at = Some(at(1));
        next.notice.as_mut().unwrap().received_by = Some(id(31));
        let mut saved = save(db, next, at(2))?;
        assert_eq!((saved.version, saved.updated_at), (2, at(2)));
        assert_eq!(find(db, saved.id)?, Some(saved.clone()));
        saved.rectified_at = Some(at(3));
        saved.rectification = Some("已整改".to_owned());
        saved.closed_at = Some(at(4));
        saved.status_reason = Some("原因".to_owned());
        saved.finding.due_on = day(25);
        saved.notice.as_mut().unwrap().received_at = Some(at(9));
        let saved = save(db, saved, at(5))?;
        let mut expected = saved;
        expected.notice.as_mut().unwrap().received_at = Some(at(1));
        assert_eq!(find(db, expected.id)?, Some(expected));
        assert!(matches!(save(db, first, at(6)), Err(StoreError::Stale)));
        Ok::<_, StoreError>(())
    };
    scratch.store.write(work).await.unwrap();
}

#[both_databases]
async fn whoever_has_a_part_sees_it_in_the_list_and_an_expert_what_their_group_found(scratch: Scratch) {
    let work = |db: &mut Writer<'_>| {
        let all = filled(db)?;
        for (caller, sees) in sights() {
            let page = list(db, &caller, &Filter::default(), &first_page(10))?;
            assert_eq!(page.items, if sees { all.clone() } else { Vec::new() }, "{caller:?}");
        }
        let page = list(db, &expert(EXPERTS[0]), &Filter::default(), &first_page(10))?;
        assert_eq!(page.items, all[..2]);
        assert!(list(db, &expert(1), &Filter::default(), &first_page(10))?.items.is_empty());
        Ok::<_, StoreError>(())
    };
    scratch.store.write(work).await.unwrap();
}

#[both_databases]
async fn a_list_is_narrowed_by_each_filter(scratch: Scratch) {
    let work = |db: &mut Writer<'_>| {
        let all = filled(db)?;
        let caller = &sights()[0].0;
        let none = Filter::default();
        for (filter, expected) in [
            (Filter { grade: Some(HazardGrade::Major), ..none.clone() }, vec![402]),
            (Filter { visit_id: Some(all[2].visit_id), ..none.clone() }, vec![403]),
            (Filter { status: Some(HazardStatus::Open), ..none.clone() }, vec![401, 402, 403]),
            (Filter { status: Some(HazardStatus::Closed), ..none.clone() }, vec![]),
            (Filter { commission_id: Some(id(1)), ..none.clone() }, vec![]),
            (Filter { project_id: Some(all[0].project_id), ..none }, vec![401, 402, 403]),
        ] {
            let page = list(db, caller, &filter, &first_page(10))?;
            let found: Vec<_> = page.items.iter().map(|hazard| hazard.id.uuid().as_u128()).collect();
            assert_eq!(found, expected, "{filter:?}");
        }
        Ok::<_, StoreError>(())
    };
    scratch.store.write(work).await.unwrap();
}
