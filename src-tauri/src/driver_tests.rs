//! The driver with a world that notes what it is asked for.

#![allow(clippy::unwrap_used)]

use std::sync::atomic::AtomicBool;

use kiosk_core::{
    config,
    visit::Settings,
    wire::{Ask, Client, Report},
};

use super::*;

/// What was done, and whether the window's thread has done all of it.
#[derive(Clone, Default)]
struct Notes {
    done: Arc<Mutex<Vec<Effect>>>,
    is_busy: Arc<AtomicBool>,
}

impl World for Notes {
    fn perform(&mut self, effect: Effect) {
        self.done.lock().unwrap().push(effect);
    }

    fn touched(&mut self) {}

    fn is_settled(&self) -> bool {
        !self.is_busy.load(Ordering::SeqCst)
    }
}

impl Notes {
    fn have(&self, wanted: impl Fn(&Effect) -> bool) -> bool {
        self.done.lock().unwrap().iter().any(wanted)
    }

    fn place(&self, wanted: impl Fn(&Effect) -> bool) -> usize {
        self.done.lock().unwrap().iter().position(wanted).unwrap()
    }
}

struct Rig {
    runtime: tokio::runtime::Runtime,
    inputs: Inputs,
    notes: Notes,
    running: tokio::task::JoinHandle<()>,
}

/// A driver that runs, with a visit in service and no notice, so that an agent's end is cleared at once.
fn rig() -> Rig {
    let mut settings = Settings::of(&config::parse("").unwrap());
    settings.notice = Duration::ZERO;
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
    let ((inputs, receiver), notes) = (channel(), Notes::default());
    let running = runtime.spawn(drive(inputs.clone(), receiver, Machine::new(settings), notes.clone()));
    let rig = Rig { runtime, inputs, notes, running };
    rig.inputs.send(Input::Start { seed: 7 });
    rig.inputs.send(Input::Listed { visit: 1, records: 0 });
    rig.inputs.send(Input::Report { visit: 1, report: Report::Ready { client: Client::V1 } });
    rig.settle();
    rig
}

impl Rig {
    /// Waits until the loop has dealt with all that came.
    fn settle(&self) {
        assert!(self.runtime.block_on(self.inputs.alive()));
        while self.inputs.waiting.load(Ordering::SeqCst) > 0 {
            std::thread::yield_now();
        }
    }
}

fn agents_end() -> Input {
    let report = serde_json::json!({
        "report": "status", "entry_type": "SessionStatusChanged", "status": "Ended", "previous": "Active", "ended_by": "Agent",
        "session": "s"
    });
    Input::Report { visit: 1, report: serde_json::from_value(report).unwrap() }
}

fn is_clear(effect: &Effect) -> bool {
    matches!(effect, Effect::Ask { ask: Ask::Clear { .. }, .. })
}

#[test]
fn an_agents_end_is_cleared_before_the_windows_thread_goes_on() {
    let rig = rig();
    rig.inputs.send_here(agents_end());
    assert!(rig.notes.have(is_clear), "the call is made");
    assert!(rig.notes.have(|effect| matches!(effect, Effect::HoldKeys(true))), "and keys are held");
    rig.settle();
    let shown = rig.notes.place(|effect| matches!(effect, Effect::Notify(_)));
    assert!(rig.notes.place(is_clear) < shown, "what takes its time is the loop's, and comes after");
}

#[test]
fn nothing_overtakes_what_the_windows_thread_still_has_to_do() {
    let rig = rig();
    rig.notes.is_busy.store(true, Ordering::SeqCst);
    rig.inputs.send_here(agents_end());
    rig.settle();
    assert!(rig.notes.have(is_clear), "the loop deals with it");
}

#[test]
fn inputs_keep_their_order() {
    let rig = rig();
    rig.inputs.send(Input::Stop);
    rig.inputs.send_here(agents_end());
    rig.runtime.block_on(rig.running).unwrap();
    assert!(!rig.notes.have(is_clear), "the stop came first");
    assert!(rig.notes.have(|effect| matches!(effect, Effect::Receipt(_))));
}

#[test]
fn after_the_end_inputs_go_nowhere() {
    let rig = rig();
    rig.inputs.send(Input::Stop);
    rig.runtime.block_on(rig.running).unwrap();
    rig.inputs.send_here(agents_end());
    assert!(!rig.notes.have(is_clear));
}
