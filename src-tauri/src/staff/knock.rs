//! The hidden gesture: five touches in the top left corner.

use std::{
    collections::VecDeque,
    time::{Duration, Instant},
};

const TOUCHES: usize = 5;
const WITHIN: Duration = Duration::from_secs(4);
/// The corner's edge: a tenth of the shorter side, and a finger wide at least, in logical pixels.
const SHARE: f64 = 0.1;
const FINGER: f64 = 48.;

/// The touches in the corner lately, wherever they were addressed to.
#[derive(Debug, Default)]
pub(crate) struct Knocks(VecDeque<Instant>);

impl Knocks {
    /// Takes a touch at a place of a view of that size; true when it is the fifth. A touch elsewhere begins anew.
    pub(crate) fn touch(&mut self, at: Instant, place: (f64, f64), size: (f64, f64)) -> bool {
        let edge = (size.0.min(size.1) * SHARE).max(FINGER);
        let inside = |x: f64| (0.0..edge).contains(&x);
        if !inside(place.0) || !inside(place.1) {
            self.0.clear();
            return false;
        }
        self.0.push_back(at);
        self.0.retain(|before| at.saturating_duration_since(*before) <= WITHIN);
        let enough = self.0.len() >= TOUCHES;
        if enough {
            self.0.clear();
        }
        enough
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SCREEN: (f64, f64) = (1280., 800.);

    fn touches(times: &[(u64, (f64, f64))]) -> Vec<bool> {
        let start = Instant::now();
        let mut knocks = Knocks::default();
        times.iter().map(|(at, place)| knocks.touch(start + Duration::from_millis(*at), *place, SCREEN)).collect()
    }

    #[test]
    fn five_in_the_corner_within_four_seconds() {
        let corner = (10., 70.);
        let quick = [0, 900, 1800, 2700, 3900].map(|at| (at, corner));
        assert_eq!(touches(&quick), [false, false, false, false, true]);
        let slow = [0, 1100, 2200, 3300, 4400, 5500].map(|at| (at, corner));
        assert!(!touches(&slow).contains(&true));
        let twice = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9].map(|at| (at, corner));
        assert_eq!(touches(&twice).iter().filter(|opened| **opened).count(), 2);
    }

    #[test]
    fn elsewhere_does_not_count_and_begins_anew() {
        for place in [(80., 10.), (10., 80.), (-1., 10.), (f64::NAN, 0.)] {
            assert!(!touches(&[0, 1, 2, 3, 4, 5].map(|at| (at, place))).contains(&true), "{place:?}");
        }
        let mut mixed = [0, 1, 2, 3, 4, 5, 6].map(|at| (at, (10., 10.)));
        mixed[3].1 = (600., 400.);
        assert!(!touches(&mixed).contains(&true));
    }
}
