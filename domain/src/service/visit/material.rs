//! What a service of its category must bring (A14.2).

use crate::{Violation, Words, service::commission::ServiceCategory, vocabulary};

crate::codes! {
    MATERIAL_MISSING = "material_missing", Conflict, Some("A14.2"),
        "资料不完整" / "尚缺资料：{kinds}。",
        "Material missing" / "Upload the missing material: {kinds}.";
}

vocabulary! {
    /// Kinds of material that are uploaded to a visit or a hazard (A14.2).
    pub enum AttachmentKind {
        Photo = "photo" / "现场照片" / "Photo",
        InspectionRecord = "inspection_record" / "检查记录" / "Inspection record",
        AttendanceList = "attendance_list" / "签到表" / "Attendance list",
        TrainingMaterial = "training_material" / "培训资料" / "Training material",
        EmergencyPlan = "emergency_plan" / "应急预案" / "Emergency plan",
        DrillRecord = "drill_record" / "演练记录" / "Drill record",
        Assessment = "assessment" / "评估评价资料" / "Assessment",
        RectificationEvidence = "rectification_evidence" / "整改佐证" / "Evidence of rectification",
        Other = "other" / "其他" / "Other",
    }
}

impl AttachmentKind {
    /// Whether a file of this media type can be of this kind: a photo is an image (A14.2).
    #[must_use]
    pub fn takes(self, media_type: &str) -> bool {
        self != Self::Photo || media_type.starts_with("image/")
    }
}

/// A kind of material that a service must bring, and whether it is there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Material {
    /// Which kind.
    pub kind: AttachmentKind,
    /// Whether it is there.
    pub have: bool,
}

/// The kinds that a service of the category must bring.
#[must_use]
pub const fn required(category: ServiceCategory) -> &'static [AttachmentKind] {
    use AttachmentKind::{
        Assessment, AttendanceList, DrillRecord, EmergencyPlan, InspectionRecord, Other, Photo,
        TrainingMaterial,
    };
    match category {
        ServiceCategory::EducationAndTraining => &[TrainingMaterial, AttendanceList, Photo],
        ServiceCategory::HazardInspection => &[InspectionRecord, Photo],
        ServiceCategory::RiskAssessment | ServiceCategory::Standardisation => &[Assessment, Photo],
        ServiceCategory::EmergencyPlanAndDrill => &[EmergencyPlan, DrillRecord, Assessment, Photo],
        ServiceCategory::TechnologyPromotion => &[TrainingMaterial, Photo],
        ServiceCategory::Other => &[Other, Photo],
    }
}

/// What a service of the category must bring, with what is there.
#[must_use]
pub fn materials(category: ServiceCategory, have: &[AttachmentKind]) -> Vec<Material> {
    required(category).iter().map(|kind| Material { kind: *kind, have: have.contains(kind) }).collect()
}

pub(super) fn check(category: ServiceCategory, have: &[AttachmentKind]) -> Result<(), Violation> {
    let missing: Vec<_> = materials(category, have)
        .into_iter()
        .filter(|material| !material.have)
        .map(|material| material.kind)
        .collect();
    if missing.is_empty() {
        Ok(())
    } else {
        Err(Violation::new(MATERIAL_MISSING).with("kinds", Words::list(missing)))
    }
}
