//! Visits on their way, before anybody sees them.

use super::{
    Input,
    rig::{Rig, settings},
};
use crate::{receipt::End, wire::Cause};

#[test]
fn a_page_whose_session_ends_before_anybody_sees_it_is_made_anew_and_a_row_of_them_is_no_service() {
    let mut rig = Rig::new(settings());
    rig.input(Input::Start { seed: 1 });
    let mut made = Vec::new();
    while !rig.is_out_of_service() {
        let visit = rig.visit();
        made.push(visit);
        rig.input(Input::Listed { visit, records: 0 });
        rig.agent_ends(&format!("early-{visit}"));
        assert!(rig.visit() > visit || rig.is_out_of_service(), "nobody may find what is behind visit {visit}");
        assert!(made.len() < 20, "made without end");
    }
    assert!(made.len() > 1, "one such page alone is replaced");
    assert!(rig.clears().is_empty() && rig.notices().is_empty(), "nobody was there");
    let receipts = rig.receipts();
    assert_eq!(receipts.len(), made.len());
    assert!(receipts.iter().all(|receipt| receipt.end == End::Discarded && receipt.cause == Cause::AgentEnd));
}
