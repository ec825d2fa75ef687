//! Medians, percentiles, and whether something grows.

/// How times, or anything else, are spread.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Spread {
    pub(crate) median: f64,
    pub(crate) p95: f64,
    pub(crate) p99: f64,
    pub(crate) least: f64,
    pub(crate) most: f64,
    pub(crate) n: usize,
}

/// A straight line through points, by least squares.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Slope {
    /// How much each step adds.
    pub(crate) per_step: f64,
    /// Half of the interval in which the slope is, with 95 % confidence.
    pub(crate) half: f64,
    pub(crate) n: usize,
}

impl Spread {
    /// Of these values; `None` of none.
    pub(crate) fn of(values: &[f64]) -> Option<Self> {
        let mut sorted = values.to_vec();
        sorted.sort_by(f64::total_cmp);
        let (least, most) = (*sorted.first()?, *sorted.last()?);
        // The smallest value that so many in a hundred do not exceed.
        let percentile = |percent: usize| {
            let rank = (sorted.len() * percent).div_ceil(100).max(1);
            sorted.get(rank - 1).copied().unwrap_or(most)
        };
        let half = sorted.len() / 2;
        let median =
            if sorted.len().is_multiple_of(2) { f64::midpoint(sorted[half - 1], sorted[half]) } else { sorted[half] };
        Some(Self { median, p95: percentile(95), p99: percentile(99), least, most, n: sorted.len() })
    }
}

impl Slope {
    /// Of these points (step, value); `None` of less than four.
    pub(crate) fn of(points: &[(f64, f64)]) -> Option<Self> {
        if points.len() < 4 {
            return None;
        }
        let n = points.len() as f64;
        let mean_x = points.iter().map(|(x, _)| x).sum::<f64>() / n;
        let mean_y = points.iter().map(|(_, y)| y).sum::<f64>() / n;
        let across = points.iter().map(|(x, _)| (x - mean_x).powi(2)).sum::<f64>();
        let both = points.iter().map(|(x, y)| (x - mean_x) * (y - mean_y)).sum::<f64>();
        let per_step = both / across;
        let rest = points.iter().map(|(x, y)| (y - mean_y - per_step * (x - mean_x)).powi(2)).sum::<f64>();
        let free = n - 2.;
        // Student's t for 95 %, within a hundredth from five degrees of freedom on.
        let t = 1.96 + 2.37 / free + 2.82 / free.powi(2) + 2.6 / free.powi(3);
        Some(Self { per_step, half: t * (rest / free / across).sqrt(), n: points.len() })
    }

    /// Whether it may as well be none at all.
    pub(crate) fn is_flat(&self) -> bool {
        self.per_step.abs() <= self.half
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_median_and_percentiles() {
        let values: Vec<f64> = (1..=100).rev().map(f64::from).collect();
        let spread = Spread::of(&values).expect("values");
        assert_eq!((spread.median, spread.p95, spread.p99, spread.n), (50.5, 95., 99., 100));
        assert_eq!(Spread::of(&[3., 1., 2.]).map(|spread| spread.median), Some(2.));
        assert_eq!(Spread::of(&[]), None);
    }

    #[test]
    fn a_line_is_known_from_noise() {
        let noise = |x: u32| f64::from(x * 7919 % 13);
        let points = |slope: f64| (0..50).map(|x| (f64::from(x), 100. + slope * f64::from(x) + noise(x))).collect();
        let (rising, flat): (Vec<_>, Vec<_>) = (points(2.), points(0.));
        let (rising, flat) = (Slope::of(&rising).expect("points"), Slope::of(&flat).expect("points"));
        assert!(!rising.is_flat() && (rising.per_step - 2.).abs() < rising.half + 0.1, "{rising:?}");
        assert!(flat.is_flat(), "{flat:?}");
    }
}
