//! The signs on keys that no font is sure to have, drawn.

use std::f64::consts::TAU;

use gtk::{cairo, prelude::*};

/// What is drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Icon {
    /// An arrow up; filled when shift is on.
    Shift { on: bool },
    /// A pentagon to the left with a cross in it.
    Backspace,
    /// An arrow that turns to the left.
    Enter,
    /// A globe.
    Languages,
    /// A keyboard, and an arrow down below it.
    Hide,
}

/// The side of the square in which each is drawn.
const SIDE: f64 = 24.;

/// A widget with the icon in its middle, so many pixels high, in its own text colour.
pub(super) fn widget(icon: Icon, size: i32) -> gtk::DrawingArea {
    let area = gtk::DrawingArea::new();
    // A window of its own would take the touch from the key.
    area.set_has_window(false);
    area.set_size_request(size, size);
    area.set_halign(gtk::Align::Center);
    area.set_valign(gtk::Align::Center);
    area.connect_draw(move |area, context| {
        let color = area.style_context().color(area.state_flags());
        context.set_source_rgba(color.red(), color.green(), color.blue(), color.alpha());
        let scale = f64::from(area.allocated_width().min(area.allocated_height())) / SIDE;
        context.scale(scale, scale);
        context.set_line_width(2.);
        context.set_line_join(cairo::LineJoin::Round);
        context.set_line_cap(cairo::LineCap::Round);
        // A picture that cannot be drawn leaves an empty key; its name for a screen reader is still there.
        let _ = draw(icon, context);
        gtk::glib::Propagation::Proceed
    });
    area
}

fn draw(icon: Icon, context: &cairo::Context) -> Result<(), cairo::Error> {
    match icon {
        Icon::Shift { on } => {
            lines(context, &[(12., 3.), (21., 12.), (16., 12.), (16., 20.), (8., 20.), (8., 12.), (3., 12.)]);
            context.close_path();
            if on {
                context.fill_preserve()?;
            }
        }
        Icon::Backspace => {
            lines(context, &[(9., 5.), (22., 5.), (22., 19.), (9., 19.), (2., 12.)]);
            context.close_path();
            lines(context, &[(12., 9.), (18., 15.)]);
            lines(context, &[(18., 9.), (12., 15.)]);
        }
        Icon::Enter => {
            lines(context, &[(20., 5.), (20., 13.), (5., 13.)]);
            lines(context, &[(10., 8.), (5., 13.), (10., 18.)]);
        }
        Icon::Languages => {
            context.arc(12., 12., 9., 0., TAU);
            context.new_sub_path();
            context.save()?;
            context.translate(12., 12.);
            context.scale(0.45, 1.);
            context.arc(0., 0., 9., 0., TAU);
            context.restore()?;
            lines(context, &[(3., 12.), (21., 12.)]);
            lines(context, &[(12., 3.), (12., 21.)]);
        }
        Icon::Hide => {
            lines(context, &[(2., 3.), (22., 3.), (22., 14.), (2., 14.)]);
            context.close_path();
            for (x, y) in [(6., 7.), (10., 7.), (14., 7.), (18., 7.)] {
                lines(context, &[(x, y), (x, y)]);
            }
            lines(context, &[(8., 10.5), (16., 10.5)]);
            lines(context, &[(8., 18.), (12., 22.), (16., 18.)]);
        }
    }
    context.stroke()
}

fn lines(context: &cairo::Context, points: &[(f64, f64)]) {
    for (index, (x, y)) in points.iter().enumerate() {
        if index == 0 {
            context.move_to(*x, *y);
        } else {
            context.line_to(*x, *y);
        }
    }
}
