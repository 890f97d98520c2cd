use anze_domain::{
    base::location::Location,
    calendar::slot::Slot,
    library::qualification::Specialty,
    service::{
        hazard::{HazardGrade, HazardStatus},
        service_report::ReportedHazard,
        visit::{Declined, OpenPlace, Side},
    },
};

use super::*;
use crate::PageRequest;
use crate::testing::{
    Scratch, at, both_databases,
    flow::{self, COMMISSION, EXPERTS, LINE, PLACE, expert, first_page, sights},
    id,
};

fn taken(step: Step, place: Option<Location>) -> TakenStep {
    TakenStep {
        step,
        taken_at: at(10),
        recorded_at: at(11),
        place,
        distance_metres: place.map(|_| 42),
        recorded_by: id(EXPERTS[0]),
        note: Some("到场".to_owned()),
    }
}

#[both_databases]
async fn a_visit_reads_as_it_was_written_with_its_group_and_its_steps(scratch: Scratch) {
    let work = |db: &mut Writer<'_>| {
        let mut all = flow::visits(db)?;
        assert_eq!(of_commission(db, id(COMMISSION))?, all);
        let mut visit = all.remove(0);
        assert_eq!(find_locked(db, visit.id)?, Some(visit.clone()));
        visit.steps = vec![taken(Step::Briefing, Some(PLACE)), taken(Step::DivisionOfWork, None)];
        visit.status_reason = Some("原因".to_owned());
        visit.scheduled_start = Some(at(1));
        visit.scheduled_end = Some(at(2));
        visit.missing_specialty_reason = Some("无".to_owned());
        visit.contractor_agreed_at = Some(at(3));
        visit.members[0].agreed_slots = vec![1, 2];
        visit.negotiation = Negotiation {
            declined_by: Some(Side::Expert(id(EXPERTS[0]))),
            slots: vec![Slot { start: at(1), end: at(2) }, Slot { start: at(3), end: at(4) }],
            contractor_slots: vec![2],
            open_places: vec![OpenPlace { specialties: vec![Specialty::Civil], leads: true }],
            declined: vec![Declined { expert_id: id(EXPERTS[0]), slot: Slot { start: at(1), end: at(2) } }],
            answer_by: Some(at(5)),
            prompt_at: Some(at(6)),
        };
        visit.started_at = Some(at(4));
        visit.ended_at = Some(at(5));
        visit.upload_due_at = Some(at(6));
        visit.upload_due_provisional = Some(true);
        visit.submitted_at = Some(at(7));
        visit.submitted_by = Some(id(21));
        visit.late = Some(false);
        visit.conclusion = Some("结论".to_owned());
        visit.accepted_at = Some(at(8));
        let saved = save(db, visit, at(9))?;
        assert_eq!((saved.version, saved.updated_at), (2, at(9)));
        assert_eq!(find(db, saved.id)?, Some(saved.clone()));
        let due = due_reminders(db, at(6), None, 10)?;
        assert_eq!(due, [(at(6), saved.id)]);
        assert!(
            due_reminders(db, at(5), None, 10)?.is_empty() && due_reminders(db, at(6), None, 0)?.is_empty()
        );
        // What is passed over is not found again, and what is due later or has a higher id is.
        assert!(due_reminders(db, at(6), due.last().copied(), 10)?.is_empty());
        assert_eq!(due_reminders(db, at(6), Some((at(5), id(u128::MAX))), 10)?, due);
        assert_eq!(due_reminders(db, at(6), Some((at(6), id(1))), 10)?, due);
        assert_eq!(find(db, id(1))?, None);
        Ok::<_, StoreError>(())
    };
    scratch.store.write(work).await.unwrap();
}

#[both_databases]
async fn a_group_follows_its_visit_and_a_step_that_was_recorded_stays(scratch: Scratch) {
    let work = |db: &mut Writer<'_>| {
        let mut visit = flow::visits(db)?.remove(0);
        visit.members[1].agreed_at = Some(at(1));
        visit.members.swap(0, 2);
        let mut visit = save(db, visit, at(2))?;
        assert_eq!(find(db, visit.id)?, Some(visit.clone()));
        visit.members.clear();
        visit.leader_id = None;
        visit.steps.push(taken(Step::Briefing, None));
        let mut visit = save(db, visit, at(3))?;
        assert_eq!(find(db, visit.id)?, Some(visit.clone()));
        let first = visit.steps[0].clone();
        visit.steps[0].note = Some("另一说法".to_owned());
        visit.steps.push(taken(Step::DivisionOfWork, None));
        let saved = save(db, visit.clone(), at(4))?;
        let read = find(db, saved.id)?.unwrap();
        assert_eq!(read.steps, [first, saved.steps[1].clone()]);
        assert!(matches!(save(db, visit, at(5)), Err(StoreError::Stale)));
        Ok::<_, StoreError>(())
    };
    scratch.store.write(work).await.unwrap();
}

#[both_databases]
async fn the_lines_of_what_has_begun_are_given_once_for_each_visit(scratch: Scratch) {
    let work = |db: &mut Writer<'_>| {
        let second = flow::visits(db)?.remove(1);
        assert_eq!(begun_lines(db, id(COMMISSION))?, [id(LINE)]);
        save(db, Visit { status: VisitStatus::Accepted, ..second }, at(1))?;
        assert_eq!(begun_lines(db, id(COMMISSION))?, [id(LINE), id(LINE)]);
        assert!(begun_lines(db, id(1))?.is_empty());
        Ok::<_, StoreError>(())
    };
    scratch.store.write(work).await.unwrap();
}

#[both_databases]
async fn whoever_has_a_part_sees_it_in_the_list_and_an_expert_only_their_groups(scratch: Scratch) {
    let work = |db: &mut Writer<'_>| {
        let mut first = flow::visits(db)?.remove(0);
        let all = Filter::default();
        for (caller, sees) in sights() {
            let page = list(db, &caller, &all, &first_page(10))?;
            assert_eq!(page.items.len(), if sees { 2 } else { 0 }, "{caller:?}");
        }
        let member = expert(EXPERTS[2]);
        assert_eq!(list(db, &member, &all, &first_page(10))?.items, std::slice::from_ref(&first));
        let begun = Filter { status: Some(VisitStatus::InProgress), ..Filter::default() };
        assert_eq!(list(db, &member, &begun, &first_page(10))?.items.len(), 1);
        let planned = Filter { status: Some(VisitStatus::Planned), ..Filter::default() };
        assert!(list(db, &member, &planned, &first_page(10))?.items.is_empty());
        assert_eq!(list(db, &sights()[0].0, &planned, &first_page(10))?.items.len(), 1);
        let after = PageRequest { after: Some(id(301)), ..first_page(10) };
        assert!(list(db, &member, &all, &after)?.items.is_empty());
        assert_eq!(list(db, &sights()[0].0, &all, &after)?.items.len(), 1);
        first.members.truncate(2);
        save(db, first, at(1))?;
        assert!(list(db, &member, &all, &first_page(10))?.items.is_empty());
        Ok::<_, StoreError>(())
    };
    scratch.store.write(work).await.unwrap();
}

#[both_databases]
async fn a_proposal_is_issued_once_and_its_first_receipt_stays(scratch: Scratch) {
    let work = |db: &mut Writer<'_>| {
        let visit = flow::visits(db)?.remove(0).id;
        assert_eq!(find_proposal(db, visit)?, None);
        assert!(!receive_proposal(db, visit, id(31), at(1))?);
        let proposal = RectificationProposal {
            visit_id: visit,
            number: "JY-2026-000001".to_owned(),
            advice: "限期整改".to_owned(),
            hazards: vec![ReportedHazard {
                number: "YH-2026-000001".to_owned(),
                grade: HazardGrade::Major,
                status: HazardStatus::Open,
                description: "基坑".to_owned(),
            }],
            issued_by: id(21),
            issued_at: at(1),
            received_by: None,
            received_at: None,
        };
        insert_proposal(db, &proposal)?;
        assert_eq!(find_proposal(db, visit)?, Some(proposal.clone()));
        assert!(receive_proposal(db, visit, id(31), at(2))?);
        assert!(!receive_proposal(db, visit, id(32), at(3))?);
        let received =
            RectificationProposal { received_by: Some(id(31)), received_at: Some(at(2)), ..proposal.clone() };
        assert_eq!(find_proposal(db, visit)?, Some(received));
        Ok::<_, StoreError>(proposal)
    };
    let proposal = scratch.store.write(work).await.unwrap();
    let again = scratch.store.write(move |db| insert_proposal(db, &proposal)).await;
    assert!(matches!(again, Err(StoreError::Duplicate(_))), "{again:?}");
}
