//! Random sequences: whatever comes in whatever order, the promises that the rig checks hold, and a reset ends.

use std::time::Duration;

use proptest::prelude::*;

use super::{
    Death, Input, Pin, Readiness, Renewal, Settings, Staff,
    rig::{Rig, cleared, settings, status},
};
use crate::{
    event::{Field, Unreadable},
    language::Language,
    wire::{Answer, Cleared, Client, FrontAction, Report, Settled, StaffAct, Step, Trouble},
};

/// One thing that can happen, aimed at the newest visit or at one that is over.
#[derive(Clone, Debug)]
enum Happening {
    Report {
        back: u64,
        report: Report,
    },
    Listed {
        back: u64,
        records: u32,
    },
    NotListed,
    LoadFailed,
    Died {
        back: u64,
        death: Death,
    },
    Other(Input),
    /// A PIN was checked: the newest check, or one before.
    Pin {
        back: u32,
        pin: Pin,
    },
    /// The visit that is made in advance comes further, if there is one.
    Spare(u8),
    Pass(u64),
    /// The newest heartbeat is answered, and a running clear goes well.
    Alive(u32),
}

fn report() -> impl Strategy<Value = Report> {
    let settled =
        prop_oneof![Just(Settled::Resolved), Just(Settled::Rejected), Just(Settled::Threw), Just(Settled::Absent)];
    let word = prop_oneof![Just("Ended"), Just("Active"), Just("Waiting"), Just("Agent"), Just("Odd"), Just("EndUser")];
    prop_oneof![
        3 => Just(Report::Ready { client: Client::V1 }),
        3 => (word.clone(), word.clone(), word, 0..4u8).prop_map(|(a, b, c, s)| {
            Report::Status(status(a, b, c, &format!("s{s}")))
        }),
        3 => (0..6u8).prop_map(|s| Report::Status(status("Ended", "Active", "Agent", &format!("s{s}")))),
        1 => Just(Report::Unreadable { why: Unreadable::NoDetail }),
        1 => Just(Report::Hello),
        1 => Just(Report::Shown),
        2 => prop_oneof![Just(Step::Started), Just(Step::Closed)]
            .prop_map(|step| Report::Conversation { step }),
        2 => prop_oneof![Just("Agent"), Just("EndUser"), Just("Odd")]
            .prop_map(|role| Report::Message { role: Field::Text(role.to_owned()) }),
        2 => prop_oneof![Just(Answer::StartOver), Just(Answer::KeepReading)]
            .prop_map(|answer| Report::Notice { answer }),
        4 => (1..4u32, settled, any::<bool>(), any::<bool>(), 0..6000u32, any::<bool>()).prop_map(
            |(attempt, settled, ready, button, took_ms, deaf)| {
                Report::Cleared(Cleared { attempt, settled, ready, button, took_ms, deaf, ..cleared(1) })
            }
        ),
        2 => (0..8u32).prop_map(|beat| Report::Pong { beat }),
    ]
}

fn happening() -> impl Strategy<Value = Happening> {
    // Mostly the newest visit, now and then one that is over.
    let back = prop_oneof![5 => Just(0u64), 1 => 1..3u64];
    let death = prop_oneof![Just(Death::Crashed), Just(Death::Memory), Just(Death::Hung), Just(Death::Closed)];
    let other = prop_oneof![
        Just(Input::Touched),
        Just(Input::Front(FrontAction::Done)),
        Just(Input::Front(FrontAction::Retry)),
        Just(Input::Front(FrontAction::Language(Language::De))),
        Just(Input::Leave),
        Just(Input::NetworkLost),
        Just(Input::NetworkBack),
        Just(Input::Staff(Staff::Fresh)),
        Just(Input::Staff(Staff::InService)),
        Just(Input::Staff(Staff::OutOfService(None))),
        Just(Input::Reload),
        Just(Input::Renew(Renewal::Replaced)),
        proptest::sample::select(vec![Readiness::Ready, Readiness::Later, Readiness::Broken])
            .prop_map(Input::ProgramChecked),
        Just(Input::Identify),
        Just(Input::Start { seed: 3 }),
        Just(Input::Hand),
        Just(Input::Attended(true)),
        Just(Input::Attended(false)),
        Just(Input::TrayHost(true)),
        Just(Input::TrayHost(false)),
        Just(Input::CloseWindow),
        Just(Input::Open),
        Just(Input::Quiet(true)),
    ];
    let locked = prop_oneof![2 => Just(None), 1 => (0..90u64).prop_map(|s| Some(Duration::from_secs(s)))];
    let pin = prop_oneof![
        3 => Just(Pin::Right),
        1 => locked.clone().prop_map(|locked| Pin::Wrong { locked }),
        1 => (0..90u64).prop_map(|s| Pin::Locked(Duration::from_secs(s))),
        1 => Just(Pin::Gone),
    ];
    let act = prop_oneof![
        Just(StaffAct::Cancel),
        Just(StaffAct::Fresh),
        Just(StaffAct::OutOfService { note: None }),
        Just(StaffAct::InService),
        Just(StaffAct::Reload),
    ];
    let staff = prop_oneof![
        4 => locked.prop_map(|locked| Happening::Other(Input::Knock { locked })),
        4 => Just(Happening::Other(Input::PinTyped)),
        4 => (0..2u32, pin).prop_map(|(back, pin)| Happening::Pin { back, pin }),
        4 => act.prop_map(|act| Happening::Other(Input::StaffAct(act))),
        1 => Just(Happening::Other(Input::ConfigChecked(Err("no".to_owned())))),
    ];
    prop_oneof![
        8 => (back.clone(), report()).prop_map(|(back, report)| Happening::Report { back, report }),
        6 => (back.clone(), prop_oneof![4 => Just(0u32), 1 => 1..5u32])
            .prop_map(|(back, records)| Happening::Listed { back, records }),
        1 => Just(Happening::NotListed),
        1 => Just(Happening::LoadFailed),
        1 => (back, death).prop_map(|(back, death)| Happening::Died { back, death }),
        3 => other.prop_map(Happening::Other),
        5 => staff,
        6 => (0..6u8).prop_map(Happening::Spare),
        4 => (0..40_000u64).prop_map(Happening::Pass),
        4 => (1..4u32).prop_map(Happening::Alive),
    ]
}

fn play(rig: &mut Rig, happening: Happening) {
    let visit = rig.visit();
    match happening {
        Happening::Report { back, report } => {
            rig.input(Input::Report { visit: visit.saturating_sub(back), report });
        }
        Happening::Listed { back, records } => {
            rig.input(Input::Listed { visit: visit.saturating_sub(back), records });
        }
        Happening::NotListed => rig.input(Input::NotListed { visit }),
        Happening::LoadFailed => rig.input(Input::LoadFailed { visit, trouble: Trouble::Network }),
        Happening::Died { back, death } => rig.input(Input::Died { visit: visit.saturating_sub(back), death }),
        Happening::Other(input) => rig.input(input),
        Happening::Pin { back, pin } => {
            let check = rig.machine.check.saturating_sub(back);
            rig.input(Input::Pin { check, pin });
        }
        Happening::Spare(step) => {
            let Some(visit) = rig.spare() else { return };
            rig.input(match step {
                0..3 => Input::Listed { visit, records: u32::from(step == 2) },
                3 | 4 => Input::Report { visit, report: Report::Ready { client: Client::V1 } },
                _ => Input::Died { visit, death: Death::Crashed },
            });
        }
        Happening::Pass(millis) => rig.pass(Duration::from_millis(millis)),
        Happening::Alive(attempt) => {
            let beat = rig.machine.beat;
            rig.report(Report::Pong { beat });
            rig.cleared(attempt);
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, max_shrink_iters: 20_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn whatever_happens_a_reset_ends_and_no_promise_breaks(
        shared in any::<bool>(),
        at_once in any::<bool>(),
        happenings in prop::collection::vec(happening(), 1..120),
    ) {
        let mut settings = Settings { shared, ..settings() };
        if at_once {
            settings.notice = Duration::ZERO;
        }
        let mut rig = Rig::new(settings);
        rig.input(Input::Start { seed: 1 });
        for happening in happenings {
            play(&mut rig, happening);
            // From here on silence: a reset that has begun comes to its end all the same.
            if rig.is_resetting() {
                rig.clone().settle();
            }
        }
    }
}
