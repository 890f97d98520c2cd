use super::*;
use crate::testing::{
    Scratch, at, both_databases,
    flow::{self, COMMISSION, EXPERTS, expert, first_page, plan, sights},
    id,
};
use anze_domain::access::{Operation, may_ever};

#[both_databases]
async fn a_plan_reads_as_it_was_written_with_its_services_in_their_order(scratch: Scratch) {
    let work = |db: &mut Writer<'_>| {
        flow::commission(db)?;
        let plan = plan(1, ServicePlanStatus::Draft);
        insert(db, &plan)?;
        assert_eq!(find(db, plan.id)?, Some(plan.clone()));
        assert_eq!(find_locked(db, plan.id)?, Some(plan));
        assert_eq!(find(db, id(1))?, None);
        assert_eq!(find_locked(db, id(1))?, None);
        Ok::<_, StoreError>(())
    };
    scratch.store.write(work).await.unwrap();
}

#[both_databases]
async fn saving_replaces_the_services_only_where_it_is_asked_to(scratch: Scratch) {
    let work = |db: &mut Writer<'_>| {
        flow::commission(db)?;
        let plan = plan(1, ServicePlanStatus::Draft);
        insert(db, &plan)?;
        let mut fewer = plan.clone();
        fewer.services.truncate(1);
        fewer.status = ServicePlanStatus::Submitted;
        fewer.submitted_at = Some(at(5));
        fewer.decided_by = Some(id(92));
        let saved = save(db, fewer, at(6))?;
        let read = find(db, plan.id)?.unwrap();
        assert_eq!(read, ServicePlan { services: plan.services.clone(), ..saved.clone() });
        assert_eq!((read.version, read.updated_at), (2, at(6)));
        let saved = save_with_services(db, saved, at(7))?;
        assert_eq!(find(db, plan.id)?, Some(saved.clone()));
        assert!(matches!(save_with_services(db, plan, at(8)), Err(StoreError::Stale)));
        let none = save_with_services(db, ServicePlan { services: Vec::new(), ..saved }, at(9))?;
        assert_eq!(find(db, none.id)?, Some(none));
        Ok::<_, StoreError>(())
    };
    scratch.store.write(work).await.unwrap();
}

#[both_databases]
async fn versions_are_counted_and_an_open_one_is_seen(scratch: Scratch) {
    let work = |db: &mut Writer<'_>| {
        flow::commission(db)?;
        let state = |db: &mut Writer<'_>| {
            Ok::<_, StoreError>((latest_plan_version(db, id(COMMISSION))?, open_exists(db, id(COMMISSION))?))
        };
        assert_eq!(state(db)?, (0, false));
        insert(db, &plan(1, ServicePlanStatus::Returned))?;
        assert_eq!(state(db)?, (1, false));
        insert(db, &plan(2, ServicePlanStatus::Submitted))?;
        assert_eq!(state(db)?, (2, true));
        let second =
            ServicePlan { status: ServicePlanStatus::Confirmed, ..plan(2, ServicePlanStatus::Draft) };
        save(db, second, at(1))?;
        assert_eq!(state(db)?, (2, false));
        insert(db, &plan(3, ServicePlanStatus::Draft))?;
        assert_eq!(state(db)?, (3, true));
        assert_eq!(latest_plan_version(db, id(1))?, 0);
        Ok::<_, StoreError>(())
    };
    scratch.store.write(work).await.unwrap();
}

#[both_databases]
async fn whoever_has_a_part_sees_it_in_the_list_and_nobody_else(scratch: Scratch) {
    let work = |db: &mut Writer<'_>| {
        flow::visits(db)?;
        let mut sights = sights();
        sights.extend([(expert(EXPERTS[1]), true), (expert(1), false)]);
        for (caller, has_part) in sights {
            // Who has a part sees the record in the list if their part may read it (A11.3).
            let sees = has_part && may_ever(&caller, Operation::GetServicePlan).is_ok();
            let page = list(db, &caller, &Filter::default(), &first_page(10))?;
            assert_eq!(page.items.len(), usize::from(sees), "{caller:?}");
        }
        Ok::<_, StoreError>(())
    };
    scratch.store.write(work).await.unwrap();
}

#[both_databases]
async fn a_list_is_narrowed_and_cut_into_pages(scratch: Scratch) {
    let work = |db: &mut Writer<'_>| {
        flow::commission(db)?;
        for version in 1..=3 {
            insert(db, &plan(version, ServicePlanStatus::Returned))?;
        }
        insert(db, &plan(4, ServicePlanStatus::Draft))?;
        let caller = &flow::regulator(District::Huli);
        let versions = |db: &mut Writer<'_>, filter: &Filter, page: &PageRequest<Uuid>| {
            let page = list(db, caller, filter, page)?;
            let versions: Vec<_> = page.items.iter().map(|plan| plan.plan_version).collect();
            assert!(page.items.iter().all(|plan| plan.services.len() == 2));
            Ok::<_, StoreError>((versions, page.more))
        };
        let all = Filter::default();
        assert_eq!(versions(db, &all, &first_page(3))?, (vec![1, 2, 3], true));
        let next = PageRequest { after: Some(id(300)), ..first_page(3) };
        assert_eq!(versions(db, &all, &next)?, (vec![4], false));
        let newest = PageRequest { direction: crate::Direction::Descending, ..first_page(1) };
        assert_eq!(versions(db, &all, &newest)?, (vec![4], true));
        let drafts = Filter { status: Some(ServicePlanStatus::Draft), ..Filter::default() };
        assert_eq!(versions(db, &drafts, &first_page(9))?, (vec![4], false));
        let elsewhere = Filter { commission_id: Some(id(1)), ..Filter::default() };
        assert_eq!(versions(db, &elsewhere, &first_page(9))?, (vec![], false));
        let elsewhere = Filter { project_id: Some(id(1)), ..Filter::default() };
        assert_eq!(versions(db, &elsewhere, &first_page(9))?, (vec![], false));
        Ok::<_, StoreError>(())
    };
    scratch.store.write(work).await.unwrap();
}
