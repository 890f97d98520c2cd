//! Where a project is, and how far from it something was done.

use crate::{Violation, vocabulary};

crate::codes! {
    LOCATION_INVALID = "location_invalid", Invalid, None,
        "坐标不在厦门市范围内" / "经纬度须在厦门市范围内（东经 117.8 至 118.5 度，北纬 24.4 至 25.0 度）。",
        "Location outside Xiamen" / "Longitude and latitude must lie in Xiamen: 117.8 to 118.5 degrees east, 24.4 to 25.0 degrees north.";
}

vocabulary! {
    /// Coordinate systems in which a point on the map is measured.
    pub enum CoordinateSystem {
        Wgs84 = "wgs84" / "WGS-84 坐标系" / "WGS 84, as satellites give it",
        Gcj02 = "gcj02" / "GCJ-02 坐标系" / "GCJ-02, as Chinese maps give it",
    }
}

/// A point on the map.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Location {
    /// Degrees east.
    pub longitude: f64,
    /// Degrees north.
    pub latitude: f64,
    /// The datum of both.
    pub coordinate_system: CoordinateSystem,
}

/// Mean radius of the earth in metres (IUGG).
const EARTH_RADIUS: f64 = 6_371_008.8;

impl Location {
    /// Checks that it lies in Xiamen.
    ///
    /// # Errors
    /// [`LOCATION_INVALID`].
    pub fn check(self, pointer: &'static str) -> Result<(), Violation> {
        let inside = (117.8..=118.5).contains(&self.longitude) && (24.4..=25.0).contains(&self.latitude);
        if inside { Ok(()) } else { Err(Violation::new(LOCATION_INVALID).at(pointer)) }
    }

    /// Distance in metres along the great circle, both taken to the same datum first.
    #[must_use]
    pub fn distance_metres(self, other: Self) -> f64 {
        let (here, there) = (self.as_gcj02(), other.as_gcj02());
        let (lat1, lat2) = (here.latitude.to_radians(), there.latitude.to_radians());
        let half_lat = ((lat2 - lat1) / 2.0).sin();
        let half_lon = ((there.longitude - here.longitude).to_radians() / 2.0).sin();
        let chord = half_lat.mul_add(half_lat, lat1.cos() * lat2.cos() * half_lon * half_lon);
        2.0 * EARTH_RADIUS * chord.sqrt().min(1.0).asin()
    }

    /// Longitude and latitude in millionths of a degree of GCJ-02: a tenth of a metre, in whole numbers.
    #[must_use]
    #[expect(
        clippy::as_conversions,
        clippy::cast_possible_truncation,
        reason = "degrees by a million fit, and what is no number is zero"
    )]
    pub fn micro_degrees(self) -> (i64, i64) {
        let here = self.as_gcj02();
        let micro = |degrees: f64| (degrees * 1_000_000.0).round() as i64;
        (micro(here.longitude), micro(here.latitude))
    }

    /// The same point in GCJ-02: the published offset series on the Krasovsky 1940 ellipsoid.
    fn as_gcj02(self) -> Self {
        use std::f64::consts::PI;
        const SEMI_MAJOR_AXIS: f64 = 6_378_245.0;
        const ECCENTRICITY_SQUARED: f64 = 0.006_693_421_622_965_943;
        if self.coordinate_system == CoordinateSystem::Gcj02 {
            return self;
        }
        let (x, y) = (self.longitude - 105.0, self.latitude - 35.0);
        let waves = |v: f64, a: f64, b: f64| {
            (20.0 * (v * PI).sin() + 40.0 * (v * PI / 3.0).sin()) * 2.0 / 3.0
                + (a * (v * PI / 12.0).sin() + b * (v * PI / 30.0).sin()) * 2.0 / 3.0
        };
        let common = (20.0 * (6.0 * x * PI).sin() + 20.0 * (2.0 * x * PI).sin()) * 2.0 / 3.0;
        let north = -100.0
            + 2.0 * x
            + 3.0 * y
            + 0.2 * y * y
            + 0.1 * x * y
            + 0.2 * x.abs().sqrt()
            + common
            + waves(y, 160.0, 320.0);
        let east = 300.0
            + x
            + 2.0 * y
            + 0.1 * x * x
            + 0.1 * x * y
            + 0.1 * x.abs().sqrt()
            + common
            + waves(x, 150.0, 300.0);
        let latitude = self.latitude.to_radians();
        let magic = (1.0 - ECCENTRICITY_SQUARED * latitude.sin().powi(2)).max(f64::MIN_POSITIVE);
        let meridian = SEMI_MAJOR_AXIS * (1.0 - ECCENTRICITY_SQUARED) / magic.powf(1.5);
        let parallel = SEMI_MAJOR_AXIS / magic.sqrt() * latitude.cos();
        Self {
            longitude: self.longitude + (east / parallel).to_degrees(),
            latitude: self.latitude + (north / meridian).to_degrees(),
            coordinate_system: CoordinateSystem::Gcj02,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(longitude: f64, latitude: f64, coordinate_system: CoordinateSystem) -> Location {
        Location { longitude, latitude, coordinate_system }
    }

    #[test]
    fn a_hundredth_of_a_degree_north_is_eleven_hundred_metres() {
        let here = at(118.1, 24.5, CoordinateSystem::Gcj02);
        let north = at(118.1, 24.51, CoordinateSystem::Gcj02);
        assert!((here.distance_metres(north) - 1111.95).abs() < 0.5);
        assert!(here.distance_metres(here) < 1e-6);
    }

    #[test]
    fn the_two_datums_lie_some_hundred_metres_apart_in_xiamen() {
        let satellite = at(118.1, 24.5, CoordinateSystem::Wgs84);
        let map = at(118.1, 24.5, CoordinateSystem::Gcj02);
        let apart = satellite.distance_metres(map);
        assert!((300.0..800.0).contains(&apart), "{apart}");
    }

    #[test]
    fn the_edge_of_the_city_is_inside_and_what_is_past_it_is_not() {
        assert!(at(117.8, 24.4, CoordinateSystem::Wgs84).check("/location").is_ok());
        assert!(at(117.79, 24.4, CoordinateSystem::Wgs84).check("/location").is_err());
        assert!(at(f64::NAN, 24.5, CoordinateSystem::Wgs84).check("/location").is_err());
    }
}
