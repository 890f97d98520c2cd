//! Points on the map, as several resources give and take them.

use anze_domain::base::location::Location;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::wire::terms::CoordinateSystemTerm;

/// Point on the map, in degrees, with its coordinate system.
#[derive(Debug, Clone, Copy, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = Coordinates)]
pub struct CoordinatesIo {
    /// Longitude in degrees; positive values lie east of Greenwich.
    #[schema(minimum = -180, maximum = 180, example = 118.097)]
    pub longitude: f64,
    /// Latitude in degrees; positive values lie north of the equator.
    #[schema(minimum = -90, maximum = 90, example = 24.575)]
    pub latitude: f64,
    /// Coordinate system in which longitude and latitude are measured.
    pub coordinate_system: CoordinateSystemTerm,
}

impl From<CoordinatesIo> for Location {
    fn from(it: CoordinatesIo) -> Self {
        Self { longitude: it.longitude, latitude: it.latitude, coordinate_system: it.coordinate_system.0 }
    }
}

impl From<Location> for CoordinatesIo {
    fn from(it: Location) -> Self {
        Self {
            longitude: it.longitude,
            latitude: it.latitude,
            coordinate_system: it.coordinate_system.into(),
        }
    }
}
