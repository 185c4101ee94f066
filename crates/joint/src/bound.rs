//! The bound over all enterprises, and what the departments would do by themselves.

use crate::cover;
use crate::days::narrow;
use crate::index::{Index, Site};

/// An enterprise's part of the bound, without the fixed visits.
pub fn of_site(index: &Index<'_>, site: &Site) -> u32 {
    cover::solve(index, site, site.wanted(), site.left, u128::MAX).bound + lost(site)
}

/// How many checks nothing can place.
pub fn lost(site: &Site) -> u32 {
    site.mask(|task| task.fixed.is_none() && task.days.is_empty()).count_ones()
}

/// The bound with the fixed visits.
pub fn of_all(index: &Index<'_>) -> u32 {
    index.sites.iter().map(|site| of_site(index, site) + narrow(site.fixed.len())).sum()
}

/// At least so many visits if no department goes with another; what nothing can place is not counted.
pub fn separate(index: &Index<'_>, site: &Site) -> u32 {
    let placed = site.mask(|task| !task.days.is_empty());
    let done = site.mask(|task| task.days.is_empty() && task.fixed.is_some());
    cover::solve(index, site, placed, usize::MAX, index.departments).bound + done.count_ones()
}
