//! The pictures, numbered in the order in which they were taken.

use std::fs;
use std::path::{Path, PathBuf};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use kiosk_tests::Stage;
use kiosk_tests::screen::{self, RgbaImage, Screen};
use kiosk_tests::wait::{self, PATIENCE};

/// How long nothing must move until a screen is at rest.
const REST: Duration = Duration::from_millis(800);
/// Looking costs as much as painting, and takes the machine from those who paint.
const BETWEEN_LOOKS: Duration = Duration::from_millis(150);

/// The folder of pictures.
pub(crate) struct Album {
    folder: PathBuf,
    count: u32,
    last: RgbaImage,
}

impl Album {
    /// An empty one: what an earlier tour left in it goes.
    pub(crate) fn open(folder: PathBuf) -> Result<Self> {
        fs::create_dir_all(&folder).with_context(|| format!("{} cannot be made", folder.display()))?;
        for entry in fs::read_dir(&folder)? {
            let path = entry?.path();
            if path.extension().is_some_and(|kind| kind == "png") {
                fs::remove_file(path)?;
            }
        }
        Ok(Self { folder, count: 0, last: RgbaImage::default() })
    }

    /// Where they are.
    pub(crate) fn folder(&self) -> &Path {
        &self.folder
    }

    /// Takes a picture of the screen once it has changed and is at rest, keeps it, and says what it shows.
    pub(crate) fn take(&mut self, stage: &Stage, name: &str, sentence: &str) -> Result<RgbaImage> {
        self.take_at_rest(stage, name, sentence, RgbaImage::clone)
    }

    /// As [`Self::take`], where a countdown or a progress bar in the lower half moves all the time.
    pub(crate) fn take_moving(&mut self, stage: &Stage, name: &str, sentence: &str) -> Result<RgbaImage> {
        self.take_at_rest(stage, name, sentence, |seen| {
            let (width, height) = seen.dimensions();
            RgbaImage::from_fn(width, height / 2, |x, y| *seen.get_pixel(x, y))
        })
    }

    fn take_at_rest(
        &mut self,
        stage: &Stage,
        name: &str,
        sentence: &str,
        part: impl Fn(&RgbaImage) -> RgbaImage,
    ) -> Result<RgbaImage> {
        let before = std::mem::take(&mut self.last);
        let picture =
            at_rest(&stage.screen, &before, part).with_context(|| format!("no picture for \"{sentence}\""))?;
        self.keep(&picture, name, sentence)?;
        self.last.clone_from(&picture);
        Ok(picture)
    }

    /// Keeps a picture, and says what it shows.
    pub(crate) fn keep(&mut self, picture: &RgbaImage, name: &str, sentence: &str) -> Result<()> {
        ensure!(!screen::is_flat(picture), "the screen has one flat colour: {sentence}");
        self.count += 1;
        let file = format!("{:02}-{name}.png", self.count);
        picture.save(self.folder.join(&file))?;
        crate::say(&format!("{:>2}. {sentence} ({file})", self.count))
    }
}

/// The screen, once it is another than `before` and a part of it has not moved for a while.
pub(crate) fn at_rest(
    screen: &Screen,
    before: &RgbaImage,
    part: impl Fn(&RgbaImage) -> RgbaImage,
) -> Result<RgbaImage> {
    let mut last = RgbaImage::default();
    let mut since = Instant::now();
    wait::until("the screen should change and come to rest", PATIENCE, || {
        let now = screen.look()?;
        let seen = part(&now);
        if seen != last || now == *before || screen::is_flat(&now) {
            (last, since) = (seen, Instant::now());
        }
        thread::sleep(BETWEEN_LOOKS);
        Ok((since.elapsed() >= REST).then_some(now))
    })
}

/// The share of pixels, from 0 to 1, that a person sees differ. The engine smooths the edges of text and shadows
/// a little differently from one painting to the next.
pub(crate) fn visibly_differ(one: &RgbaImage, other: &RgbaImage) -> f64 {
    if one.dimensions() != other.dimensions() {
        return 1.0;
    }
    let pairs = one.pixels().zip(other.pixels());
    let differ = pairs.filter(|(one, other)| one.0.iter().zip(other.0).any(|(one, other)| one.abs_diff(other) > 64));
    let share = |count: usize| u32::try_from(count).map_or(f64::INFINITY, f64::from);
    share(differ.count()) / share(one.pixels().len())
}
