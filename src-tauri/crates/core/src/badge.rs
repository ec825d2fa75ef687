//! A number on an icon: how many messages nobody has seen. Pixels in, pixels out.

/// The badge's colour and the number's, as red, green, blue, opacity.
const FIELD: [u8; 4] = [0xc6, 0x1a, 0x1a, 0xff];
const INK: [u8; 4] = [0xff, 0xff, 0xff, 0xff];
const RIM: [u8; 4] = [0xff, 0xff, 0xff, 0xff];

/// Digits and "+", three columns by five rows; each row's bits from the left.
const DIGITS: [[u8; 5]; 11] = [
    [0b111, 0b101, 0b101, 0b101, 0b111],
    [0b010, 0b110, 0b010, 0b010, 0b111],
    [0b111, 0b001, 0b111, 0b100, 0b111],
    [0b111, 0b001, 0b111, 0b001, 0b111],
    [0b101, 0b101, 0b111, 0b001, 0b001],
    [0b111, 0b100, 0b111, 0b001, 0b111],
    [0b111, 0b100, 0b111, 0b101, 0b111],
    [0b111, 0b001, 0b010, 0b010, 0b010],
    [0b111, 0b101, 0b111, 0b101, 0b111],
    [0b111, 0b101, 0b111, 0b001, 0b111],
    [0b000, 0b010, 0b111, 0b010, 0b000],
];

/// Paints the number into the lower right corner of a picture: rows of red, green, blue, opacity. Zero paints nothing; from ten on it
/// is "9+", because an icon has room for no more. A buffer that does not fit the size is left alone.
pub fn paint(pixels: &mut [u8], width: u32, height: u32, number: u32) {
    let (Ok(wide), Ok(high)) = (usize::try_from(width), usize::try_from(height)) else { return };
    let fits = wide.checked_mul(high).and_then(|all| all.checked_mul(4)) == Some(pixels.len());
    if number == 0 || !fits || width < 16 || height < 16 {
        return;
    }
    let figures: &[u8] = if number > 9 { &[9, 10] } else { &[u8::try_from(number).unwrap_or(9)] };
    let mut canvas = Canvas { pixels, wide };
    // A circle over most of the icon's quarter: seen at 16 pixels too.
    let radius = wide.min(high) * 5 / 16;
    let (middle_x, middle_y) = (wide - radius - 1, high - radius - 1);
    for y in 0..high {
        for x in 0..wide {
            let (dx, dy) = (x.abs_diff(middle_x), y.abs_diff(middle_y));
            let distance = dx * dx + dy * dy;
            if distance <= radius * radius {
                let inner = radius - radius / 8;
                canvas.set(x, y, if distance <= inner * inner { FIELD } else { RIM });
            }
        }
    }
    let columns = figures.len() * 4 - 1;
    let dot = (radius * 5 / 4 / columns.max(5)).max(1);
    let left = middle_x.saturating_sub(columns * dot / 2);
    let top = middle_y.saturating_sub(5 * dot / 2);
    for (place, figure) in figures.iter().enumerate() {
        for (row, bits) in DIGITS[usize::from(*figure)].iter().enumerate() {
            for column in 0..3 {
                if bits >> (2 - column) & 1 == 1 {
                    canvas.square(left + (place * 4 + column) * dot, top + row * dot, dot);
                }
            }
        }
    }
}

struct Canvas<'a> {
    pixels: &'a mut [u8],
    wide: usize,
}

impl Canvas<'_> {
    fn set(&mut self, x: usize, y: usize, colour: [u8; 4]) {
        if x < self.wide
            && let Some(pixel) = self.pixels.get_mut((y * self.wide + x) * 4..(y * self.wide + x) * 4 + 4)
        {
            pixel.copy_from_slice(&colour);
        }
    }

    fn square(&mut self, x: usize, y: usize, side: usize) {
        for row in y..y + side {
            for column in x..x + side {
                self.set(column, row, INK);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn painted(number: u32) -> Vec<u8> {
        let mut pixels = vec![7; 64 * 64 * 4];
        paint(&mut pixels, 64, 64, number);
        pixels
    }

    #[test]
    fn each_number_up_to_nine_looks_different_and_more_are_nine_and_more() {
        let all: Vec<Vec<u8>> = (0..=10).map(painted).collect();
        for (one, first) in all.iter().enumerate() {
            for (other, second) in all.iter().enumerate() {
                assert_eq!(first == second, one == other, "{one} and {other}");
            }
        }
        assert!(painted(0).iter().all(|byte| *byte == 7), "nothing unread is the plain icon");
        assert_eq!(painted(10), painted(4_000_000_000));
    }

    proptest! {
        #[test]
        fn no_size_and_no_number_breaks_it(width in 0u32..80, height in 0u32..80, length in 0usize..30_000, number: u32) {
            let mut pixels = vec![0; length];
            paint(&mut pixels, width, height, number);
            let mut pixels = vec![0; (width * height * 4) as usize];
            paint(&mut pixels, width, height, number);
        }
    }
}
