//! Where the keys lie: large enough for a finger, low enough for the page to stay readable.

use super::face::{Face, Key};

/// The least height of a row, in logical pixels: WCAG 2.5.5 asks for 44.
const LEAST_ROW: i32 = 48;
const LARGEST_ROW: i32 = 200;
/// So many rows a face has at most; the keyboard keeps that height, so that the page does not jump.
const ROWS: i32 = 5;
/// Around all keys, in pixels.
const EDGE: i32 = 6;

/// A rectangle in the keyboard, in logical pixels.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Area {
    /// Left edge.
    pub x: i32,
    /// Upper edge.
    pub y: i32,
    /// Width.
    pub width: i32,
    /// Height.
    pub height: i32,
}

/// A key and where it lies. Keys of a row touch each other: a finger between two hits one of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Placed {
    /// The key.
    pub key: Key,
    /// Where.
    pub area: Area,
}

/// The keyboard's height in a window of this size: less than half of it on every screen that a kiosk has.
#[must_use]
pub fn height((width, height): (i32, i32)) -> i32 {
    let row = (height / 12).min(width * 2 / 21).clamp(LEAST_ROW, LARGEST_ROW);
    ROWS * row + 2 * EDGE
}

/// Lays the keys out in an area of this size, in the middle of it, from left to right in every language.
#[must_use]
pub fn place(face: &Face, (width, height): (i32, i32)) -> Vec<Placed> {
    let rows = i32::try_from(face.len()).unwrap_or(ROWS).max(1);
    let row_height = (height - 2 * EDGE) / rows;
    let tenths = |row: &Vec<super::Slot>| row.iter().map(|slot| i32::from(slot.width)).sum::<i32>();
    let widest = face.iter().map(tenths).max().unwrap_or(1).max(1);
    // A key that is much wider than high is far from its neighbours, on a wide screen.
    let all = (width - 2 * EDGE).min((height - 2 * EDGE) / ROWS * 18 * widest / 100);
    let mut placed = Vec::new();
    for (y, row) in (0..).zip(face) {
        let own = tenths(row);
        let left = (width - all * own / widest) / 2;
        let mut before = 0;
        for slot in row {
            let from = left + all * before / widest;
            before += i32::from(slot.width);
            let to = left + all * before / widest;
            let area = Area { x: from, y: EDGE + y * row_height, width: to - from, height: row_height };
            placed.push(Placed { key: slot.key, area });
        }
    }
    placed
}
