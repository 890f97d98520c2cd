use anze_domain::{
    base::id::HazardId,
    service::{
        hazard::{Finding, Hazard, HazardGrade, HazardStatus},
        visit::Visit,
    },
};

use super::*;
use crate::{
    service::hazard,
    testing::{
        Scratch, at, both_databases,
        flow::{self, PLACE, day, first_page},
        id,
    },
};

fn attachment(number: u128, kind: AttachmentKind, visit: &Visit) -> Attachment {
    Attachment {
        id: id(number),
        visit_id: visit.id,
        hazard_id: None,
        project_id: visit.project_id,
        kind,
        file_name: "照片.jpg".to_owned(),
        media_type: "image/jpeg".to_owned(),
        size: 3,
        sha256: vec![1; 32],
        captured_at: None,
        place: None,
        exif_captured_at: None,
        exif_place: None,
        same_as_id: None,
        uploaded_by: id(21),
        received_at: at(0),
    }
}

fn hazard_of(db: &mut Writer<'_>, visit: &Visit) -> Result<HazardId, StoreError> {
    let hazard = Hazard {
        id: id(401),
        version: 1,
        number: "YH-401".to_owned(),
        status: HazardStatus::Open,
        status_reason: None,
        visit_id: visit.id,
        commission_id: visit.commission_id,
        project_id: visit.project_id,
        finding: Finding {
            grade: HazardGrade::General,
            major_hazard_item: None,
            place: String::new(),
            description: String::new(),
            legal_basis: String::new(),
            measures: String::new(),
            due_on: day(20),
        },
        notice: None,
        recorded_by: id(21),
        acknowledged_at: None,
        rectified_at: None,
        rectification: None,
        closed_at: None,
        parties: visit.parties,
        created_at: at(0),
        updated_at: at(0),
    };
    hazard::insert(db, &hazard)?;
    Ok(hazard.id)
}

#[both_databases]
async fn an_attachment_reads_as_it_was_written(scratch: Scratch) {
    let work = |db: &mut Writer<'_>| {
        let visit = flow::visits(db)?.remove(0);
        let bare = attachment(501, AttachmentKind::Photo, &visit);
        let whole = Attachment {
            hazard_id: Some(hazard_of(db, &visit)?),
            captured_at: Some(at(1)),
            place: Some(PLACE),
            exif_captured_at: Some(at(2)),
            exif_place: Some(Location { coordinate_system: CoordinateSystem::Wgs84, ..PLACE }),
            same_as_id: Some(id(501)),
            ..attachment(502, AttachmentKind::RectificationEvidence, &visit)
        };
        for attachment in [bare, whole] {
            insert(db, &attachment)?;
            assert_eq!(find(db, attachment.id)?, Some(attachment));
        }
        assert_eq!(find(db, id(1))?, None);
        Ok::<_, StoreError>(())
    };
    scratch.store.write(work).await.unwrap();
}

#[both_databases]
async fn what_is_attached_to_a_hazard_is_no_material_of_the_visit(scratch: Scratch) {
    let work = |db: &mut Writer<'_>| {
        let visit = flow::visits(db)?.remove(0);
        let hazard = hazard_of(db, &visit)?;
        assert!(kinds_of_visit(db, visit.id)?.is_empty());
        assert!(!evidence_exists(db, hazard, None)?);
        let of_hazard =
            |number, kind| Attachment { hazard_id: Some(hazard), ..attachment(number, kind, &visit) };
        insert(db, &of_hazard(501, AttachmentKind::Photo))?;
        assert!(!evidence_exists(db, hazard, None)?);
        insert(db, &of_hazard(502, AttachmentKind::RectificationEvidence))?;
        assert!(evidence_exists(db, hazard, None)?);
        assert!(kinds_of_visit(db, visit.id)?.is_empty());
        for number in 503..505 {
            insert(db, &attachment(number, AttachmentKind::InspectionRecord, &visit))?;
        }
        assert_eq!(kinds_of_visit(db, visit.id)?, [AttachmentKind::InspectionRecord]);
        let evidence = Filter { hazard_id: Some(hazard), kind: Some(AttachmentKind::RectificationEvidence) };
        for (filter, expected) in [
            (Filter::default(), vec![501, 502, 503, 504]),
            (Filter { hazard_id: Some(hazard), kind: None }, vec![501, 502]),
            (evidence, vec![502]),
        ] {
            let page = list(db, visit.id, &filter, &first_page(10))?;
            let found: Vec<_> = page.items.iter().map(|attachment| attachment.id.uuid().as_u128()).collect();
            assert_eq!(found, expected, "{filter:?}");
        }
        Ok::<_, StoreError>(())
    };
    scratch.store.write(work).await.unwrap();
}

#[both_databases]
async fn the_same_bytes_are_found_at_another_visit_the_first_of_them(scratch: Scratch) {
    let work = |db: &mut Writer<'_>| {
        let visits = flow::visits(db)?;
        let bytes = [1; 32];
        assert!(named_among(db, &[bytes])?.is_empty());
        for number in [502, 501] {
            insert(db, &attachment(number, AttachmentKind::Photo, &visits[0]))?;
        }
        assert_eq!(named_among(db, &[bytes, [2; 32]])?, [bytes]);
        assert_eq!(same_bytes_elsewhere(db, &bytes, visits[0].id)?, None);
        assert_eq!(same_bytes_elsewhere(db, &bytes, visits[1].id)?, Some(id(501)));
        assert_eq!(same_bytes_elsewhere(db, &[2; 32], visits[1].id)?, None);
        Ok::<_, StoreError>(())
    };
    scratch.store.write(work).await.unwrap();
}
