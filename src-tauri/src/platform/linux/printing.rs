//! What a page prints: nothing, or silently on the one printer of the configuration. There is never a dialog.

use std::{cell::Cell, rc::Rc, sync::Arc};

use gtk::PrintSettings;
use webkit2gtk::{PrintOperation, PrintOperationExt, WebView, WebViewExt};

use super::super::Listener;

/// So often one visit may print: a page that prints in a circle must not empty the tray.
const MOST: u32 = 20;

/// Whether a visit may print once more.
fn judge(printer: Option<&str>, printing: bool, printed: u32) -> Result<&str, &'static str> {
    printer.filter(|_| !printing && printed < MOST).ok_or("print")
}

/// Answers `window.print()`.
pub(super) fn watch(view: &WebView, listener: Arc<dyn Listener>, printer: Option<String>) {
    let printing = Rc::new(Cell::new(false));
    let printed = Cell::new(0);
    view.connect_print(move |view, _| {
        match judge(printer.as_deref(), printing.get(), printed.get()) {
            Ok(printer) => {
                printed.set(printed.get() + 1);
                printing.set(true);
                print(view, printer, &listener, &printing);
            }
            Err(rule) => listener.blocked(rule),
        }
        // True: the engine shows no dialog.
        true
    });
}

fn print(view: &WebView, printer: &str, listener: &Arc<dyn Listener>, printing: &Rc<Cell<bool>>) {
    let settings = PrintSettings::new();
    settings.set_printer(printer);
    let job = PrintOperation::new(view);
    job.set_print_settings(&settings);
    let refuse = listener.clone();
    // No printer of the name, or it takes no jobs. "Finished" follows.
    job.connect_failed(move |_, _| refuse.blocked("printer"));
    let done = printing.clone();
    job.connect_finished(move |_| done.set(false));
    tracing::info!(event = "print.sent");
    job.print();
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_prints_on_the_named_printer_one_job_at_a_time_and_not_for_ever() {
        assert_eq!(judge(Some("Desk"), false, 0), Ok("Desk"));
        assert_eq!(judge(Some("Desk"), false, MOST - 1), Ok("Desk"));
        assert_eq!(judge(None, false, 0), Err("print"));
        assert_eq!(judge(Some("Desk"), true, 1), Err("print"));
        assert_eq!(judge(Some("Desk"), false, MOST), Err("print"));
    }
}
