//! A location in three columns of a row.

use anze_domain::base::location::{CoordinateSystem, Location};

use crate::store::dialect::Stored;

/// The place in three columns that are there together or not at all.
pub(crate) fn location(
    longitude: Option<f64>,
    latitude: Option<f64>,
    coordinate_system: Option<Stored<CoordinateSystem>>,
) -> Option<Location> {
    Some(Location { longitude: longitude?, latitude: latitude?, coordinate_system: coordinate_system?.0 })
}
