//! Every state that can be reached in so many steps, under every order of inputs: late answers of an earlier visit and
//! the passing of time are among them. The rig checks the promises at each step, and from each state of a reset the
//! way out is walked with nobody answering.

use std::collections::{HashSet, VecDeque};

use super::{
    Death, Input, Machine, Phase, Pin, Readiness, Renewal, Settings, Staff,
    rig::{Rig, cleared, settings, status},
};
use crate::{
    event::Field,
    wire::{Answer, Cleared, Client, FrontAction, Report, Settled, StaffAct, Step, Trouble},
};

/// How many steps deep. Each state is taken once, however it was reached.
const DEPTH: usize = 13;
/// The same with staff at the screen: their scene lies above every state, and has states of its own.
const DEPTH_WITH_STAFF: usize = 7;
/// The same with a reason for the program to begin anew.
const DEPTH_OF_RENEWAL: usize = 9;
/// The same on one person's desktop, whose window comes and goes.
const DEPTH_ON_A_DESKTOP: usize = 8;

/// What can happen next, in every state. `late` is a visit that is over.
fn inputs(rig: &Rig) -> Vec<Input> {
    let visit = rig.visit();
    let late = visit.saturating_sub(1);
    let attempt = match &rig.machine.phase {
        Phase::Clearing(clearing) => clearing.attempt,
        _ => 1,
    };
    // Without a session id no end is known from before, so that the judge's memory does not tell states apart.
    let end =
        |role| Report::Status(crate::event::Status { session: Field::Missing, ..status("Ended", "Active", role, "") });
    let reports = [
        Report::Ready { client: Client::V1 },
        end("Agent"),
        end("System"),
        Report::Status(crate::event::Status { session: Field::Missing, ..status("Waiting", "New", "", "") }),
        Report::Conversation { step: Step::Closed },
        Report::Shown,
        Report::Notice { answer: Answer::KeepReading },
        Report::Notice { answer: Answer::StartOver },
        Report::Cleared(cleared(attempt)),
        Report::Cleared(Cleared { settled: Settled::Rejected, ..cleared(attempt) }),
        Report::Cleared(Cleared { client: Client::V2, took_ms: 5000, ..cleared(attempt) }),
        Report::Pong { beat: rig.machine.beat },
        Report::Message { role: Field::Text("Agent".to_owned()) },
    ];
    let late_reports = [Report::Ready { client: Client::V1 }, end("Agent"), Report::Cleared(cleared(1))];
    let mut inputs: Vec<Input> = Vec::new();
    inputs.extend(reports.into_iter().map(|report| Input::Report { visit, report }));
    inputs.extend(late_reports.into_iter().map(|report| Input::Report { visit: late, report }));
    inputs.extend([
        Input::Listed { visit, records: 0 },
        Input::Listed { visit, records: 2 },
        Input::Listed { visit: late, records: 0 },
        Input::NotListed { visit },
        Input::LoadFailed { visit, trouble: Trouble::Network },
        Input::Died { visit, death: Death::Crashed },
        Input::Died { visit: late, death: Death::Crashed },
        Input::Touched,
        Input::Front(FrontAction::Done),
        Input::Front(FrontAction::Retry),
        Input::Leave,
        Input::NetworkLost,
        Input::NetworkBack,
        Input::Staff(Staff::Fresh),
        Input::Staff(Staff::OutOfService(None)),
        Input::Staff(Staff::InService),
        Input::Reload,
    ]);
    if let Some(visit) = rig.spare() {
        inputs.extend([
            Input::Listed { visit, records: 0 },
            Input::Listed { visit, records: 2 },
            Input::Report { visit, report: Report::Ready { client: Client::V1 } },
            Input::Report { visit, report: end("Agent") },
            Input::Died { visit, death: Death::Crashed },
        ]);
    }
    inputs
}

/// What staff can do, with a right and a wrong PIN.
fn staff_inputs(rig: &Rig) -> Vec<Input> {
    let check = rig.machine.check;
    vec![
        Input::Knock { locked: None },
        Input::PinTyped,
        Input::Pin { check, pin: Pin::Right },
        Input::Pin { check, pin: Pin::Wrong { locked: Some(std::time::Duration::from_secs(30)) } },
        Input::Pin { check: check.wrapping_sub(1), pin: Pin::Right },
        Input::Hand,
        Input::Identify,
        Input::StaffAct(StaffAct::Cancel),
        Input::StaffAct(StaffAct::Fresh),
        Input::StaffAct(StaffAct::OutOfService { note: None }),
        Input::StaffAct(StaffAct::InService),
        Input::StaffAct(StaffAct::Reload),
        Input::StaffAct(StaffAct::Leave),
        Input::ConfigChecked(Ok(())),
        Input::ConfigChecked(Err(String::new())),
    ]
}

/// What tells two states apart for all that can come: no absolute times, no visit numbers.
fn key(rig: &Rig) -> String {
    let Machine { phase, timers, ended, scene, keys_held, tries, panel, spare, client, renewal, .. } = &rig.machine;
    let spare = spare.as_ref().map(|spare| spare.stage);
    let phase = match phase {
        Phase::Off => "off".to_owned(),
        Phase::Opening(opening) => format!("{:?} {:?}", opening.stage, opening.told),
        Phase::Serving(serving) => {
            let life = &serving.life;
            format!("{:?} {:?} {} {}", serving.cover, life.told, life.touched, life.wrote)
        }
        Phase::Noticing(noticing) => {
            format!("{:?} {} {} {}", noticing.cause, noticing.extended, noticing.life.is_used(), noticing.shown)
        }
        Phase::Clearing(clearing) => format!("{:?} {} {:?}", clearing.cause, clearing.attempt, clearing.next),
        Phase::OutOfService(trouble) => format!("{trouble:?}"),
    };
    format!(
        "{phase}|{:?}|{}|{scene:?}|{keys_held}|{}|{panel:?}|{spare:?}|{renewal:?}|{}",
        timers.left(rig.now),
        ended.is_some(),
        tries.key(rig.now),
        client.key()
    )
}

/// What the window of one person's desktop can tell.
fn window_inputs(_: &Rig) -> Vec<Input> {
    vec![
        Input::Attended(true),
        Input::Attended(false),
        Input::TrayHost(true),
        Input::TrayHost(false),
        Input::CloseWindow,
    ]
}

/// A reason to begin anew, and what is said of the configuration then.
fn renewal_inputs(_: &Rig) -> Vec<Input> {
    vec![
        Input::Renew(Renewal::Replaced),
        Input::Knock { locked: None },
        Input::ProgramChecked(Readiness::Ready),
        Input::ProgramChecked(Readiness::Later),
        Input::ProgramChecked(Readiness::Broken),
    ]
}

fn search(settings: Settings) -> usize {
    search_with(settings, DEPTH, |_| Vec::new())
}

fn search_with(settings: Settings, most: usize, more: fn(&Rig) -> Vec<Input>) -> usize {
    let mut first = Rig::new(settings);
    first.input(Input::Start { seed: 1 });
    let mut known = HashSet::from([key(&first)]);
    let mut queue = VecDeque::from([(first, 0)]);
    while let Some((rig, depth)) = queue.pop_front() {
        if rig.is_resetting() {
            rig.clone().settle();
        }
        if depth == most {
            continue;
        }
        let mut next: Vec<Rig> = Vec::new();
        for input in inputs(&rig).into_iter().chain(more(&rig)) {
            let mut after = rig.clone();
            after.input(input);
            next.push(after);
        }
        if let Some(at) = rig.machine.poll_timeout() {
            let mut after = rig.clone();
            after.pass(at.saturating_sub(rig.now));
            next.push(after);
        }
        for mut after in next {
            after.effects.clear();
            if known.insert(key(&after)) {
                queue.push_back((after, depth + 1));
            }
        }
    }
    known.len()
}

#[test]
fn no_order_of_inputs_breaks_a_promise_on_a_shared_machine() {
    let states = search(settings());
    assert!(states > 1_000, "the search went nowhere: {states} states");
}

#[test]
fn nor_with_staff_at_the_screen() {
    let states = search_with(settings(), DEPTH_WITH_STAFF, staff_inputs);
    assert!(states > 1_000, "the search went nowhere: {states} states");
}

#[test]
fn nor_when_the_program_is_to_begin_anew() {
    let states = search_with(settings(), DEPTH_OF_RENEWAL, renewal_inputs);
    assert!(states > 1_000, "the search went nowhere: {states} states");
}

#[test]
fn nor_on_a_desktop_nor_without_a_notice() {
    search_with(Settings { shared: false, idle: None, longest: None, ..settings() }, DEPTH_ON_A_DESKTOP, window_inputs);
    search(Settings { notice: std::time::Duration::ZERO, ..settings() });
}
