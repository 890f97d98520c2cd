//! The search for the best group among those who can come.

use std::collections::{BTreeMap, BTreeSet};

use uuid::Uuid;

use super::{ALL, Available, TRIED};
use crate::{Vocabulary, base::regulation::GROUP_MINIMUM, library::qualification::Specialty};

/// A leader and two others cover whatever a group covers (A10.2): one expert for each specialty.
const CORE: usize = Specialty::ALL.len();

/// The search fills a group up from its core. A smaller group (A10.1) needs another search, and until then does not compile.
const _: () = assert!(CORE <= GROUP_MINIMUM.lowest());

/// The best group that is not among those found: a leader and two others who cover the specialties with them, and
/// the least burdened of the rest. Places in the list, the leader first.
///
/// Experts of one kind differ in nothing but their burden, and at most four groups are found already: the best is
/// among the first few of each kind.
pub(super) fn best(experts: &[Available], size: usize, found: &[BTreeSet<Uuid>]) -> Option<Vec<usize>> {
    let mut kinds: BTreeMap<(bool, u8), Vec<usize>> = BTreeMap::new();
    for (index, it) in experts.iter().enumerate() {
        let first = kinds.entry(it.kind()).or_default();
        if first.len() < TRIED {
            first.push(index);
        }
    }
    let burden = |index: usize| experts.get(index).map_or(i64::MAX / 64, |it| it.burden);
    // No rest of a group bears less than the least burdened of all.
    let least: i64 = (0..size.saturating_sub(CORE)).map(burden).sum();
    let mut best: Option<(i64, [usize; CORE], Vec<usize>)> = None;
    for (leading, leaders) in kinds.iter().filter(|((leads, _), _)| *leads) {
        for (one, seconds) in &kinds {
            for (other, thirds) in kinds.range(*one..) {
                if leading.1 | one.1 | other.1 != ALL {
                    continue;
                }
                for core in cores(leaders, seconds, thirds) {
                    let is_worse =
                        |sum: i64| best.as_ref().is_some_and(|known| (known.0, known.1) <= (sum, core));
                    if is_worse(core.iter().map(|index| burden(*index)).sum::<i64>() + least) {
                        continue;
                    }
                    let Some(group) = filled(experts, core, size, found) else { continue };
                    let sum = group.iter().map(|index| burden(*index)).sum();
                    if !is_worse(sum) {
                        best = Some((sum, core, group));
                    }
                }
            }
        }
    }
    best.map(|(.., group)| group)
}

/// Every three of these, nobody twice.
fn cores<'a>(
    leaders: &'a [usize],
    seconds: &'a [usize],
    thirds: &'a [usize],
) -> impl Iterator<Item = [usize; CORE]> + 'a {
    leaders.iter().flat_map(move |leader| {
        seconds.iter().flat_map(move |second| {
            thirds
                .iter()
                .filter(move |third| second != *third && leader != second && leader != *third)
                .map(move |third| [*leader, *second, *third])
        })
    })
}

/// The core with the least burdened of the rest; where that group is found already, the next of the rest takes the
/// last place. None where there are too few.
fn filled(
    experts: &[Available],
    core: [usize; CORE],
    size: usize,
    found: &[BTreeSet<Uuid>],
) -> Option<Vec<usize>> {
    let mut rest = (0..experts.len()).filter(|index| !core.contains(index));
    let mut group = core.to_vec();
    group.extend(rest.by_ref().take(size.saturating_sub(CORE)));
    if group.len() < size {
        return None;
    }
    let ids = |group: &[usize]| -> BTreeSet<Uuid> {
        group.iter().filter_map(|index| experts.get(*index)).map(|it| it.expert_id).collect()
    };
    while !found.is_empty() && found.contains(&ids(&group)) {
        if size == CORE {
            return None;
        }
        *group.last_mut()? = rest.next()?;
    }
    Some(group)
}
