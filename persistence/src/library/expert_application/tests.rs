use anze_domain::{
    identity::organization::User,
    library::{
        certificate::{CERTIFICATE_IN_USE, Certificate, CertificateKind},
        expert_application::{ApplicationFile, ApplicationFileKind},
        qualification::{Specialty, Title, TitleField, TitleLevel},
    },
};

use super::*;
use crate::{
    ChangeError,
    evidence::attachment,
    identity::user,
    library::{application_file, certificate},
    store::savepoint,
    testing::{Scratch, at, both_databases, id},
};

fn applicant(number: u128) -> User {
    User {
        id: id(number),
        version: 1,
        organization_id: None,
        login_name: format!("applicant-{number}"),
        display_name: "王小明".to_owned(),
        mobile: "13800000001".parse().unwrap(),
        role: anze_domain::access::Role::Operator,
        disabled: false,
        created_at: at(0),
        updated_at: at(0),
    }
}

fn application(number: u128, user: u128) -> ExpertApplication {
    ExpertApplication {
        id: id(number),
        version: 1,
        number: format!("SQ-2026-{number:06}"),
        status: ExpertApplicationStatus::Draft,
        status_reason: Some("原因".to_owned()),
        user_id: id(user),
        expert_id: None,
        terms: ApplicationTerms {
            name: "王小明".to_owned(),
            mobile: "13800000001".parse().unwrap(),
            pool: Pool::Leader,
            employer_name: "某设计院".to_owned(),
            employer_code: None,
            qualification: Qualification {
                specialties: vec![Specialty::Civil, Specialty::Electrical],
                titles: vec![Title {
                    level: TitleLevel::Senior,
                    field: TitleField::BuildingMunicipal,
                    certificate_number: "ZC-1".to_owned(),
                    obtained_on: "2015-01-01".parse().unwrap(),
                }],
                registered_safety_engineer: None,
                work_history: Vec::new(),
            },
        },
        submitted_at: Some(at(1)),
        reviewed_at: None,
        reviewed_by: None,
        assessment: None,
        council_session_id: None,
        public_notice_id: None,
        admitted_at: None,
        created_at: at(0),
        updated_at: at(0),
    }
}

fn citizen(digest: u8) -> SealedCitizenId {
    SealedCitizenId { sealed: vec![1, 2, 3], digest: vec![digest; 32] }
}

#[both_databases]
async fn an_application_reads_as_it_was_written_and_there_is_one_alive_for_a_person(scratch: Scratch) {
    let work = |db: &mut Writer<'_>| -> Result<(), StoreError> {
        user::insert(db, &applicant(1), "hash")?;
        user::insert(db, &applicant(2), "hash")?;
        let first = application(11, 1);
        insert(db, &first, &citizen(7))?;
        assert_eq!(find(db, first.id)?, Some(first.clone()));
        assert_eq!(citizen_id(db, first.id)?.map(|it| it.digest), Some(vec![7; 32]));
        // What PostgreSQL refuses ends its transaction, unless it is a part that can be undone.
        let refused = |db: &mut Writer<'_>, work: &dyn Fn(&mut Writer<'_>) -> Result<(), StoreError>| {
            savepoint::begin(db)?;
            let refused = work(db);
            assert!(matches!(refused, Err(StoreError::Duplicate(code)) if code.name == "application_live"));
            savepoint::undo(db)
        };
        refused(db, &|db| insert(db, &application(12, 1), &citizen(8)))?;
        // A draft claims nobody's citizen id; what was submitted does, as whichever user.
        insert(db, &application(13, 2), &citizen(7))?;
        let submit = |it: &ExpertApplication| ExpertApplication {
            status: ExpertApplicationStatus::Submitted,
            ..it.clone()
        };
        let submitted = save(db, submit(&first), at(2))?;
        assert_eq!(submitted.version, 2);
        assert!(matches!(save(db, first, at(2)), Err(StoreError::Stale)));
        refused(db, &|db| save(db, submit(&application(13, 2)), at(2)).map(drop))?;
        let ended = ExpertApplication { status: ExpertApplicationStatus::Withdrawn, ..submitted };
        save(db, ended, at(3))?;
        save(db, submit(&application(13, 2)), at(3))?;
        Ok(())
    };
    scratch.store.write(work).await.unwrap();
}

/// What is swept out of the file store is what nothing names: a certificate is named.
#[both_databases]
async fn a_file_of_an_application_is_named(scratch: Scratch) {
    let work = |db: &mut Writer<'_>| -> Result<(), StoreError> {
        assert!(!attachment::any(db)?);
        user::insert(db, &applicant(1), "hash")?;
        insert(db, &application(11, 1), &citizen(7))?;
        let file = ApplicationFile {
            id: id(21),
            application_id: id(11),
            kind: ApplicationFileKind::TitleCertificate,
            file_name: "证书.pdf".to_owned(),
            media_type: "application/pdf".to_owned(),
            size: 3,
            sha256: vec![5; 32],
            received_at: at(1),
        };
        application_file::insert(db, &file)?;
        assert_eq!(application_file::find(db, file.id)?, Some(file));
        assert_eq!(attachment::named_among(db, &[[5; 32], [6; 32]])?, [[5; 32]]);
        assert!(attachment::any(db)?);
        Ok(())
    };
    scratch.store.write(work).await.unwrap();
}

#[both_databases]
async fn many_go_on_together_or_none(scratch: Scratch) {
    let work = |db: &mut Writer<'_>| -> Result<(), StoreError> {
        for number in 1..=3 {
            user::insert(db, &applicant(number), "hash")?;
            let status =
                if number == 3 { ExpertApplicationStatus::Draft } else { ExpertApplicationStatus::PutToVote };
            let it = ExpertApplication { status, ..application(10 + number, number) };
            insert(db, &it, &citizen(u8::try_from(number).unwrap()))?;
        }
        let conflict = advance_all(db, &[id(11), id(13)], BulkTransition::Passed, at(5));
        assert!(matches!(conflict, Err(StoreError::Conflict)));
        Ok(())
    };
    scratch.store.write(work).await.unwrap();
    let work = |db: &mut Writer<'_>| -> Result<(), StoreError> {
        let states = find_all(db, &[id(11), id(12), id(13)])?;
        let passed = states.iter().filter(|it| it.status == ExpertApplicationStatus::Passed).count();
        // The first was moved in a transaction that a caller of a conflict never commits.
        assert!(passed <= 1);
        advance_all(db, &[id(12)], BulkTransition::Passed, at(5))?;
        let it = find(db, id(12))?.unwrap();
        assert_eq!((it.status, it.version, it.updated_at), (ExpertApplicationStatus::Passed, 2, at(5)));
        Ok(())
    };
    scratch.store.write(work).await.unwrap();
}

#[both_databases]
async fn a_certificate_is_one_persons_until_it_is_given_up(scratch: Scratch) {
    let named = |number: &str| {
        vec![Certificate {
            kind: CertificateKind::Title,
            number: number.to_owned(),
            pointer: "/titles/0".to_owned(),
        }]
    };
    let work = move |db: &mut Writer<'_>| -> Result<(), ChangeError> {
        user::insert(db, &applicant(1), "hash")?;
        user::insert(db, &applicant(2), "hash")?;
        certificate::claim_certificates(db, id(1), &named("zc 1"))?;
        certificate::claim_certificates(db, id(1), &named("ZC1"))?;
        let taken = certificate::claim_certificates(db, id(2), &named("ZC1"));
        assert!(matches!(taken, Err(ChangeError::Violation(it)) if it.code == CERTIFICATE_IN_USE));
        let other_kind =
            vec![Certificate { kind: CertificateKind::RegisteredSafetyEngineer, ..named("ZC1").remove(0) }];
        certificate::claim_certificates(db, id(2), &other_kind)?;
        certificate::claim_certificates(db, id(1), &named("ZC2"))?;
        certificate::claim_certificates(db, id(2), &named("ZC1"))?;
        certificate::release(db, &[id(1), id(2)], &named("ZC2"))?;
        let taken = certificate::claim_certificates(db, id(2), &named("ZC2"));
        assert!(matches!(taken, Err(ChangeError::Violation(_))));
        certificate::claim_certificates(db, id(1), &named("ZC1"))?;
        Ok(())
    };
    scratch.store.write(work).await.unwrap();
}
