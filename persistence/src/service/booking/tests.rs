use anze_domain::service::visit::VisitStatus;

use super::*;
use crate::{
    service::visit,
    testing::{
        Scratch, at, both_databases,
        flow::{self, EXPERTS},
        id,
    },
};

#[both_databases]
async fn bookings_follow_the_visit(scratch: Scratch) {
    let work = |db: &mut Writer<'_>| {
        let [mut first, second] = flow::visits(db)?.try_into().unwrap();
        let slot = Slot { start: at(86_400), end: at(90_000) };
        let experts: Vec<Uuid> = EXPERTS.map(id).to_vec();
        let booked = |db: &mut Writer<'_>| Ok::<_, StoreError>(locked(db, &experts, &[slot])?.len());
        first.status = VisitStatus::Agreed;
        (first.scheduled_start, first.scheduled_end) = (Some(slot.start), Some(slot.end));
        let mut first = visit::save(db, first, at(1))?;
        assert_eq!(booked(db)?, 3);
        let found = bookings_overlapping(db, slot)?;
        assert_eq!(found, locked(db, &experts, &[slot])?);
        assert_eq!(
            (found[0].slot, found[0].visit_id, found[0].site),
            (slot, first.id.uuid(), flow::PLACE.into())
        );
        let moment = TimeDelta::microseconds(1);
        let once = experts.iter().map(|expert| (*expert, 1)).collect();
        assert_eq!(work_between(db, slot.start, slot.start + moment)?, once);
        assert!(work_between(db, slot.start + moment, slot.end)?.is_empty());
        assert!(work_between(db, slot.start - moment, slot.start)?.is_empty());
        // A day around it, and no further.
        let day = TimeDelta::days(1);
        let later = |by: TimeDelta| Slot { start: slot.end + by, end: slot.end + by + day };
        assert_eq!(bookings_overlapping(db, later(day - TimeDelta::seconds(1)))?.len(), 3);
        assert!(bookings_overlapping(db, later(day))?.is_empty());
        assert!(locked(db, &[id(1)], &[slot])?.is_empty() && locked(db, &experts, &[])?.is_empty());

        first.members.pop();
        let mut first = visit::save(db, first, at(2))?;
        assert_eq!(booked(db)?, 2);
        first.status = VisitStatus::InProgress;
        let mut first = visit::save(db, first, at(3))?;
        assert_eq!(booked(db)?, 2);
        first.status = VisitStatus::Cancelled;
        visit::save(db, first, at(4))?;
        assert_eq!(booked(db)?, 0);
        let mut second = visit::save(db, second, at(5))?;
        assert_eq!(open_proposals(db)?, []);
        second.status = VisitStatus::Proposed;
        second.negotiation.slots = vec![slot];
        let second = visit::save(db, second, at(6))?;
        let members = second.members.iter().map(|member| member.expert_id).collect();
        let proposed = OpenProposal {
            visit_id: second.id.uuid(),
            experts: members,
            slots: vec![slot],
            site: flow::PLACE.into(),
        };
        assert_eq!(open_proposals(db)?, [proposed]);
        Ok::<_, StoreError>(())
    };
    scratch.store.write(work).await.unwrap();
}
