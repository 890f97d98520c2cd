//! Public reference data that ships with the program, as JSON text.
//!
//! Parsed by [`crate::calendar::working_calendar::WorkingYear`] and [`crate::service::major_hazard::MajorHazardCriteria`].

/// The working calendars that the State Council (国务院办公厅) has published, one text per year.
pub const WORKING_CALENDARS: &[&str] = &[
    include_str!("../../data/working-calendar-2024.json"),
    include_str!("../../data/working-calendar-2025.json"),
    include_str!("../../data/working-calendar-2026.json"),
];

/// The national criteria for major hazards (重大事故隐患判定标准, 建质规〔2024〕5号), as a code list. Each item is a summary (概要), not the
/// official wording.
pub const MAJOR_HAZARD_CRITERIA: &str = include_str!("../../data/major-hazard-criteria-2024.json");
