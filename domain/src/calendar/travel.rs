//! The way between two places (路程): how far, and how long it takes. Whole numbers throughout, so that the same
//! records give the same answer on every machine.

use crate::base::location::Location;

/// How much longer the road is than the straight line, in tenths.
const DETOUR_TENTHS: i64 = 14;
/// Metres in a minute at 30 km/h.
const METRES_PER_MINUTE: i64 = 500;
/// Minutes to leave one site and come in at another.
const CHANGE_MINUTES: i64 = 15;
/// Metres of a degree of latitude.
const DEGREE_NORTH: i64 = 111_195;
/// Metres of a degree of longitude at 24.6 N, where Xiamen is.
const DEGREE_EAST: i64 = 101_103;
/// Parts of a degree.
const MICRO: i64 = 1_000_000;

/// A place on the map of Xiamen, in millionths of a degree of GCJ-02.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct GridPoint {
    /// Millionths of a degree east.
    pub longitude: i64,
    /// Millionths of a degree north.
    pub latitude: i64,
}

impl From<Location> for GridPoint {
    fn from(location: Location) -> Self {
        let (longitude, latitude) = location.micro_degrees();
        Self { longitude, latitude }
    }
}

impl GridPoint {
    /// Metres along the straight line.
    #[must_use]
    pub fn metres_to(self, other: Self) -> i64 {
        let east = self.longitude.saturating_sub(other.longitude).saturating_mul(DEGREE_EAST) / MICRO;
        let north = self.latitude.saturating_sub(other.latitude).saturating_mul(DEGREE_NORTH) / MICRO;
        east.saturating_mul(east).saturating_add(north.saturating_mul(north)).isqrt()
    }
}

/// Minutes for a way of so many metres along the straight line: a road of 1.4 times that at 30 km/h, begun minutes
/// counted in full, and a quarter of an hour for the change. Who stays on the site needs none.
#[must_use]
pub const fn travel_minutes(metres: i64) -> i64 {
    if metres <= 0 {
        return 0;
    }
    let road = metres.saturating_mul(DETOUR_TENTHS);
    let minute = METRES_PER_MINUTE * 10;
    road.saturating_add(minute - 1) / minute + CHANGE_MINUTES
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::base::location::CoordinateSystem;

    #[test]
    fn the_road_is_longer_than_the_line_and_the_change_takes_a_quarter_of_an_hour() {
        for (metres, minutes) in [(0, 0), (1, 16), (357, 16), (358, 17), (5_000, 29), (25_000, 85)] {
            assert_eq!(travel_minutes(metres), minutes, "{metres}");
        }
        assert!(travel_minutes(i64::MAX) > 0);
    }

    #[test]
    fn a_hundredth_of_a_degree_is_about_a_kilometre() {
        let at = |longitude, latitude| GridPoint { longitude, latitude };
        let here = at(118_100_000, 24_500_000);
        assert_eq!(here.metres_to(at(118_100_000, 24_510_000)), 1_111);
        assert_eq!(here.metres_to(at(118_110_000, 24_500_000)), 1_011);
        assert_eq!(here.metres_to(here), 0);
    }

    proptest! {
        /// The same within a hundredth as the distance along the great circle, and the same both ways.
        #[test]
        fn it_agrees_with_the_great_circle(a in 117.8..118.5_f64, b in 24.4..25.0_f64, c in 117.8..118.5_f64, d in 24.4..25.0_f64) {
            let at = |longitude, latitude| Location { longitude, latitude, coordinate_system: CoordinateSystem::Wgs84 };
            let (one, other) = (at(a, b), at(c, d));
            let (here, there) = (GridPoint::from(one), GridPoint::from(other));
            prop_assert_eq!(here.metres_to(there), there.metres_to(here));
            let exact = one.distance_metres(other);
            #[expect(clippy::as_conversions, clippy::cast_precision_loss, reason = "a test compares")]
            let found = here.metres_to(there) as f64;
            prop_assert!((found - exact).abs() <= exact * 0.01 + 2.0, "{found} {exact}");
        }
    }
}
