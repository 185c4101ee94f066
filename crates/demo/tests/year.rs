//! The demonstration as it is made: the year's figures, what they open to, whether it comes out the same again.

mod common;

use common::{made, today};

#[test]
fn the_year_comes_to_the_figures_that_it_was_modelled_on() {
    let demo = made("演示", today());
    for fact in &demo.summary.facts {
        assert!(fact.holds(), "{}：应为{}，实为{}", fact.name, fact.wanted, fact.counted);
    }
}
