use anze_domain::{
    access::{Operation, may_ever},
    service::{
        commission::ServiceCategory,
        hazard::{HazardGrade, HazardStatus},
        service_report::{ReportedHazard, ReportedLine, ReportedVisit, Snapshot},
    },
};

use super::*;
use crate::testing::{
    Scratch, at, both_databases,
    flow::{self, COMMISSION, EXPERTS, PROJECT, expert, first_page, parties, sights},
    id,
};

fn report() -> ServiceReport {
    ServiceReport {
        id: id(601),
        version: 1,
        number: "BG-2026-000001".to_owned(),
        status: ServiceReportStatus::Draft,
        status_reason: None,
        commission_id: id(COMMISSION),
        project_id: id(PROJECT),
        evaluation: "总体可控".to_owned(),
        conclusion: "已完成".to_owned(),
        snapshot: None,
        prepared_by: id(91),
        decided_by: None,
        submitted_at: None,
        acknowledged_at: None,
        parties: parties(),
        created_at: at(0),
        updated_at: at(0),
    }
}

fn snapshot() -> Snapshot {
    Snapshot {
        lines: vec![ReportedLine {
            category: ServiceCategory::HazardInspection,
            description: "隐患排查".to_owned(),
            agreed: 2,
            served: 2,
        }],
        visits: vec![ReportedVisit {
            number: "FW-301".to_owned(),
            ended_at: Some(at(5)),
            late: true,
            conclusion: "结论".to_owned(),
        }],
        hazards: vec![ReportedHazard {
            number: "YH-401".to_owned(),
            grade: HazardGrade::General,
            status: HazardStatus::Closed,
            description: "临边".to_owned(),
        }],
    }
}

#[both_databases]
async fn a_report_reads_as_it_was_written_with_what_stood_on_record(scratch: Scratch) {
    let work = |db: &mut Writer<'_>| {
        flow::commission(db)?;
        assert!(!exists_for(db, id(COMMISSION))?);
        let report = report();
        insert(db, &report)?;
        assert!(exists_for(db, id(COMMISSION))?);
        assert_eq!(find_locked(db, report.id)?, Some(report.clone()));
        let submitted = ServiceReport {
            status: ServiceReportStatus::Acknowledged,
            status_reason: Some("原因".to_owned()),
            snapshot: Some(snapshot()),
            submitted_at: Some(at(6)),
            decided_by: Some(id(92)),
            acknowledged_at: Some(at(7)),
            ..report.clone()
        };
        let saved = save(db, submitted, at(8))?;
        assert_eq!((saved.version, saved.updated_at), (2, at(8)));
        assert_eq!(find(db, saved.id)?, Some(saved));
        assert!(matches!(save(db, report, at(9)), Err(StoreError::Stale)));
        assert_eq!(find(db, id(1))?, None);
        Ok::<_, StoreError>(())
    };
    scratch.store.write(work).await.unwrap();
}

#[both_databases]
async fn whoever_has_a_part_sees_it_in_the_list_and_nobody_else(scratch: Scratch) {
    let work = |db: &mut Writer<'_>| {
        flow::visits(db)?;
        insert(db, &ServiceReport { status: ServiceReportStatus::Submitted, ..report() })?;
        let mut sights = sights();
        sights.extend([(expert(EXPERTS[1]), true), (expert(1), false)]);
        for (caller, has_part) in sights {
            // Who has a part sees the record in the list if their part may read it (A11.3).
            let sees = has_part && may_ever(&caller, Operation::GetServiceReport).is_ok();
            let page = list(db, &caller, &Filter::default(), &first_page(10))?;
            assert_eq!(page.items.len(), usize::from(sees), "{caller:?}");
        }
        let none = Filter::default();
        for (filter, found) in [
            (Filter { status: Some(ServiceReportStatus::Submitted), ..none.clone() }, 1),
            (Filter { status: Some(ServiceReportStatus::Returned), ..none.clone() }, 0),
            (Filter { project_id: Some(id(PROJECT)), ..none.clone() }, 1),
            (Filter { commission_id: Some(id(1)), ..none }, 0),
        ] {
            let page = list(db, &flow::regulator(District::Huli), &filter, &first_page(10))?;
            assert_eq!(page.items.len(), found, "{filter:?}");
        }
        Ok::<_, StoreError>(())
    };
    scratch.store.write(work).await.unwrap();
}
