//! Where the window of one person's desktop was, and where it may be now: a screen may be gone since.

use serde::{Deserialize, Serialize};

/// So much of a window's upper edge must be on a screen, so that a hand can get hold of it: width and height in pixels.
const HANDLE: (i64, i64) = (120, 30);
/// No window is smaller.
const SMALLEST: u32 = 320;

/// A rectangle, in the pixels of the screens.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Area {
    /// Left edge.
    pub x: i32,
    /// Upper edge.
    pub y: i32,
    /// Width.
    pub width: u32,
    /// Height.
    pub height: u32,
}

/// A window's place.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Place {
    /// Where it is when it does not fill a screen.
    pub area: Area,
    /// Whether it does.
    pub maximized: bool,
}

impl Place {
    /// The same place on the screens that there are: as it was where it can be seen and moved, else in the middle of the first screen;
    /// no larger than its screen. `None` without a screen.
    #[must_use]
    pub fn on(self, screens: &[Area]) -> Option<Self> {
        let home = screens.iter().find(|screen| holds(screen, &self.area));
        let screen = home.or(screens.first())?;
        let width = self.area.width.clamp(SMALLEST, screen.width.max(SMALLEST));
        let height = self.area.height.clamp(SMALLEST, screen.height.max(SMALLEST));
        let (x, y) = match home {
            Some(_) => (self.area.x, self.area.y),
            None => (middle(screen.x, screen.width, width), middle(screen.y, screen.height, height)),
        };
        Some(Self { area: Area { x, y, width, height }, ..self })
    }
}

/// Whether a hand can get hold of the window there.
fn holds(screen: &Area, window: &Area) -> bool {
    let left = i64::from(window.x).max(screen.x.into());
    let right = (i64::from(window.x) + i64::from(window.width)).min(i64::from(screen.x) + i64::from(screen.width));
    let top = i64::from(window.y);
    let bottom = i64::from(screen.y) + i64::from(screen.height);
    right - left >= HANDLE.0 && top >= i64::from(screen.y) && top + HANDLE.1 <= bottom
}

fn middle(start: i32, whole: u32, part: u32) -> i32 {
    let half = i32::try_from(whole.saturating_sub(part) / 2).unwrap_or(0);
    start.saturating_add(half)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const LEFT: Area = Area { x: 0, y: 0, width: 1280, height: 800 };
    const RIGHT: Area = Area { x: 1280, y: -200, width: 1920, height: 1080 };

    fn at(x: i32, y: i32, width: u32, height: u32) -> Place {
        Place { area: Area { x, y, width, height }, maximized: false }
    }

    #[test]
    fn a_window_that_can_be_seen_stays_where_it_was() {
        for place in [at(10, 20, 800, 600), at(1300, -200, 900, 700), at(-600, 10, 800, 600), at(1100, 700, 800, 600)] {
            assert_eq!(place.on(&[LEFT, RIGHT]), Some(place));
        }
        let maximized = Place { maximized: true, ..at(10, 20, 800, 600) };
        assert_eq!(maximized.on(&[LEFT]), Some(maximized));
    }

    #[test]
    fn one_that_is_off_the_screens_comes_to_the_middle() {
        let lost = [at(1300, 0, 800, 600), at(-790, 0, 800, 600), at(10, 790, 800, 600), at(10, -20, 800, 600)];
        for place in lost.into_iter().chain([at(i32::MAX, i32::MIN, 800, 600)]) {
            assert_eq!(place.on(&[LEFT]), Some(at(240, 100, 800, 600)), "{place:?}");
        }
    }

    #[test]
    fn one_that_is_too_large_or_too_small_fits() {
        assert_eq!(at(0, 0, 5000, 5000).on(&[LEFT]), Some(at(0, 0, 1280, 800)));
        assert_eq!(at(50, 50, 1, 0).on(&[LEFT]).map(|place| place.area.width), Some(SMALLEST));
        assert_eq!(at(0, 0, 800, 600).on(&[]), None);
    }

    proptest! {
        #[test]
        fn whatever_was_written_there_is_something_to_get_hold_of(
            x: i32, y: i32, width: u32, height: u32,
            screen in (-10_000i32..10_000, -10_000i32..10_000, 640u32..8000, 480u32..8000),
        ) {
            let screen = Area { x: screen.0, y: screen.1, width: screen.2, height: screen.3 };
            let place = at(x, y, width, height).on(&[screen]).unwrap();
            prop_assert!(holds(&screen, &place.area), "{place:?} on {screen:?}");
            prop_assert!(place.area.width <= screen.width && place.area.height <= screen.height);
        }
    }
}
