//! Where cards and lines go: cards in rows, band under band; lines in the gaps between the rows and in lanes beside
//! them, never through a card, and no two of them one upon the other.

use std::collections::BTreeMap;

/// How many cards a row has at most.
const PER_ROW: usize = 4;
pub(crate) const CARD_WIDE: i64 = 262;
const CARD_GAP: i64 = 22;
pub(crate) const LEFT: i64 = 16;
/// Between the ends of lines at a card, between tracks, between lanes.
const PORT: i64 = 12;
const TRACK: i64 = 10;
const LANE: i64 = 11;
const MOST_LANES: usize = 12;
/// The height of a band's title.
pub(crate) const TITLE: i64 = 30;

/// A card to be placed. 卡片
pub(crate) struct Node {
    pub band: usize,
    pub high: i64,
}

/// A line from some cards to others; what begins and ends at one card is not drawn. 连线
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Net {
    pub from: Vec<usize>,
    pub to: Vec<usize>,
}

/// Where a card stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Place {
    pub row: usize,
    pub slot: usize,
    pub x: i64,
    pub y: i64,
    pub high: i64,
}

/// A point of a line.
pub(crate) type Point = (i64, i64);

/// The lines of a net as they are drawn: corners of each, where each begins and where arrows end.
#[derive(Clone, Debug, Default)]
pub(crate) struct Drawn {
    pub lines: Vec<Vec<Point>>,
    pub starts: Vec<Point>,
    pub ends: Vec<Point>,
}

/// A whole layout.
#[derive(Debug, Default)]
pub(crate) struct Layout {
    pub places: Vec<Place>,
    /// For each net; none where there was no room, or nothing to draw.
    pub nets: Vec<Option<Drawn>>,
    /// Number, top and bottom of each band.
    pub bands: Vec<(usize, i64, i64)>,
    pub wide: i64,
    pub high: i64,
    /// How many nets found no lane.
    pub left_out: usize,
}

/// Rows of cards: which band each belongs to.
struct Rows {
    rows: Vec<(usize, Vec<usize>)>,
}

impl Rows {
    fn of(nodes: &[Node], nets: &[Net]) -> Self {
        let mut bands: Vec<usize> = nodes.iter().map(|node| node.band).collect();
        bands.sort_unstable();
        bands.dedup();
        let mut rows = Vec::new();
        for band in bands {
            let own: Vec<usize> =
                nodes.iter().enumerate().filter(|(_, one)| one.band == band).map(|(at, _)| at).collect();
            rows.extend(band_rows(&own, nets).into_iter().map(|row| (band, row)));
        }
        Self { rows }
    }
}

/// The rows of a band: what follows from a card stands below it, cards without lines fill up.
fn band_rows(own: &[usize], nets: &[Net]) -> Vec<Vec<usize>> {
    let mut layer: BTreeMap<usize, usize> = BTreeMap::new();
    let mut touched: Vec<usize> = Vec::new();
    for node in own {
        let before = nets.iter().filter(|net| net.to.contains(node)).flat_map(|net| &net.from);
        let inside: Vec<usize> = before.filter(|from| *from < node && own.contains(from)).copied().collect();
        let depth = inside.iter().filter_map(|from| layer.get(from)).map(|at| at + 1).max().unwrap_or(0);
        if !inside.is_empty() {
            touched.extend(inside);
            touched.push(*node);
        }
        layer.insert(*node, depth);
    }
    let last = layer.values().max().copied().unwrap_or(0);
    let mut rows = Vec::new();
    for depth in 0..=last {
        let here: Vec<usize> = own
            .iter()
            .filter(|one| touched.contains(one) && layer.get(one) == Some(&depth))
            .copied()
            .collect();
        rows.extend(here.chunks(PER_ROW).map(<[usize]>::to_vec));
    }
    let mut loose = own.iter().filter(|one| !touched.contains(one)).copied().peekable();
    for row in &mut rows {
        while row.len() < PER_ROW && loose.peek().is_some() {
            row.extend(loose.next());
        }
        row.sort_unstable();
    }
    let loose: Vec<usize> = loose.collect();
    rows.extend(loose.chunks(PER_ROW).map(<[usize]>::to_vec));
    rows
}

/// A net's place in a gap.
#[derive(Clone, Copy, Debug)]
struct Span {
    net: usize,
    from: i64,
    to: i64,
    track: usize,
}

/// Places everything.
pub(crate) fn layout(nodes: &[Node], nets: &[Net]) -> Layout {
    let rows = Rows::of(nodes, nets);
    let mut made = Layout { places: vec![Place::default(); nodes.len()], ..Layout::default() };
    set_slots(&rows, nets, &mut made.places);
    let ends = Ends::of(nets, &made.places, rows.rows.len());
    let right = made.places.iter().map(|place| place.x + CARD_WIDE).max().unwrap_or(LEFT);
    let lanes = lanes(&ends, right);
    let gaps = tracks(&ends, &lanes, rows.rows.len() + 1);
    let tops = set_heights(&rows, nodes, &gaps, &mut made);
    let count = lanes.iter().flatten().max().map_or(right, |lane| *lane);
    made.wide = count + LEFT;
    for (at, net) in ends.nets.iter().enumerate() {
        let lane = lanes.get(at).copied().flatten();
        if net.is_empty() || (net.spans_gaps() && lane.is_none()) {
            made.left_out += usize::from(!net.is_empty());
            made.nets.push(None);
            continue;
        }
        let level = |gap: usize| {
            let track = gaps.get(gap).and_then(|spans| spans.iter().find(|span| span.net == at));
            let top = tops.get(gap).copied().unwrap_or(0);
            top + 14 + track.map_or(0, |span| i64::try_from(span.track).unwrap_or(0) * TRACK)
        };
        made.nets.push(Some(net.drawn(&made.places, lane, level)));
    }
    made
}

/// Chooses the slot of each card in its row: below what it follows from, where there is room.
fn set_slots(rows: &Rows, nets: &[Net], places: &mut [Place]) {
    for (at, (_, row)) in rows.rows.iter().enumerate() {
        let mut wanted: Vec<(usize, usize)> = Vec::new();
        for (order, node) in row.iter().enumerate() {
            let above = nets.iter().filter(|net| net.to.contains(node)).flat_map(|net| &net.from);
            let slots: Vec<usize> = above
                .filter_map(|from| places.get(*from))
                .filter(|place| place.row < at && place.high > 0)
                .map(|place| place.slot)
                .collect();
            let mean = slots.iter().sum::<usize>().checked_div(slots.len()).unwrap_or(order);
            wanted.push((mean, *node));
        }
        wanted.sort_unstable();
        let mut next = 0;
        let mut left = wanted.len();
        for (mean, node) in wanted {
            let slot = mean.max(next).min(PER_ROW.saturating_sub(left));
            if let Some(place) = places.get_mut(node) {
                let x = LEFT + i64::try_from(slot).unwrap_or(0) * (CARD_WIDE + CARD_GAP);
                *place = Place { row: at, slot, x, y: 0, high: 1 };
            }
            next = slot + 1;
            left -= 1;
        }
    }
}

/// Sets the heights of rows and bands; the top of each gap.
fn set_heights(rows: &Rows, nodes: &[Node], gaps: &[Vec<Span>], made: &mut Layout) -> Vec<i64> {
    let mut y = 0;
    let mut tops = Vec::new();
    let mut band: Option<usize> = None;
    for (at, (own, row)) in rows.rows.iter().enumerate() {
        if band != Some(*own) {
            if let Some(last) = made.bands.last_mut() {
                last.2 = y + 4;
            }
            y += if band.is_some() { 10 } else { 0 };
            made.bands.push((*own, y, y));
            y += TITLE;
            band = Some(*own);
        }
        tops.push(y);
        y += gap_high(gaps.get(at));
        let high = row.iter().filter_map(|node| nodes.get(*node)).map(|node| node.high).max().unwrap_or(0);
        for node in row {
            if let Some(place) = made.places.get_mut(*node) {
                place.y = y;
                place.high = high;
            }
        }
        y += high;
    }
    tops.push(y);
    let last = gaps.get(rows.rows.len());
    y += if last.is_some_and(|spans| !spans.is_empty()) { gap_high(last) } else { 10 };
    if let Some(last) = made.bands.last_mut() {
        last.2 = y;
    }
    made.high = y;
    tops
}

fn gap_high(spans: Option<&Vec<Span>>) -> i64 {
    let tracks = spans.and_then(|spans| spans.iter().map(|span| span.track + 1).max()).unwrap_or(0);
    if tracks == 0 { 8 } else { 14 + i64::try_from(tracks).unwrap_or(0) * TRACK + 12 }
}

/// The ends of a net: the card, the x of its end, the gap.
#[derive(Debug, Default)]
struct NetEnds {
    starts: Vec<(usize, i64, usize)>,
    ends: Vec<(usize, i64, usize)>,
}

impl NetEnds {
    fn is_empty(&self) -> bool {
        self.starts.is_empty() || self.ends.is_empty()
    }

    fn all(&self) -> impl Iterator<Item = &(usize, i64, usize)> {
        self.starts.iter().chain(&self.ends)
    }

    fn gaps(&self) -> (usize, usize) {
        let low = self.all().map(|end| end.2).min().unwrap_or(0);
        (low, self.all().map(|end| end.2).max().unwrap_or(0))
    }

    fn spans_gaps(&self) -> bool {
        let (low, high) = self.gaps();
        low != high
    }

    /// From each start to the first end, and from the first start to each end: together all of the net.
    fn drawn(&self, places: &[Place], lane: Option<i64>, level: impl Fn(usize) -> i64) -> Drawn {
        let place = |node: usize| places.get(node).copied().unwrap_or_default();
        let start = |end: &(usize, i64, usize)| (end.1, place(end.0).y + place(end.0).high);
        let stop = |end: &(usize, i64, usize)| (end.1, place(end.0).y);
        let mut made = Drawn {
            lines: Vec::new(),
            starts: self.starts.iter().map(start).collect(),
            ends: self.ends.iter().map(stop).collect(),
        };
        let first_end = self.ends.first();
        let pairs = self.starts.iter().skip(1).filter_map(|one| Some((one, first_end?)));
        let others = self.ends.iter().filter_map(|end| Some((self.starts.first()?, end)));
        for (from, to) in pairs.chain(others) {
            let ((x, y), (to_x, to_y)) = (start(from), stop(to));
            let (out, back) = (level(from.2), level(to.2));
            let mut line = vec![(x, y), (x, out)];
            if let Some(lane) = lane {
                line.extend([(lane, out), (lane, back)]);
            }
            line.extend([(to_x, back), (to_x, to_y)]);
            made.lines.push(line);
        }
        made
    }
}

/// The ends of all nets.
struct Ends {
    nets: Vec<NetEnds>,
}

impl Ends {
    fn of(nets: &[Net], places: &[Place], rows: usize) -> Self {
        let mut bottoms: BTreeMap<usize, Vec<(i64, usize)>> = BTreeMap::new();
        let mut tops: BTreeMap<usize, Vec<(i64, usize)>> = BTreeMap::new();
        let middle = |nodes: &[usize]| {
            let own = nodes.iter().filter_map(|node| places.get(*node));
            let (sum, count) = own.fold((0, 0), |(sum, count), place| (sum + place.x, count + 1));
            i64::checked_div(sum, count).unwrap_or(0)
        };
        let is_loop = |net: &Net, node: &usize| net.from.contains(node);
        for (at, net) in nets.iter().enumerate() {
            let to: Vec<usize> = net.to.iter().filter(|node| !is_loop(net, node)).copied().collect();
            if to.is_empty() {
                continue;
            }
            for node in &net.from {
                bottoms.entry(*node).or_default().push((middle(&to), at));
            }
            for node in &to {
                tops.entry(*node).or_default().push((middle(&net.from), at));
            }
        }
        let mut made: Vec<NetEnds> = nets.iter().map(|_| NetEnds::default()).collect();
        for (side, shift) in [(&mut bottoms, 0), (&mut tops, PORT / 2)] {
            for (node, list) in side {
                let Some(place) = places.get(*node) else { continue };
                list.sort_unstable();
                let count = i64::try_from(list.len()).unwrap_or(1);
                for ((_, net), number) in list.iter().zip(1_i64..) {
                    let x = place.x + CARD_WIDE * number / (count + 1);
                    let x = x - x % PORT + shift;
                    let Some(own) = made.get_mut(*net) else { continue };
                    if shift == 0 {
                        own.starts.push((*node, x, (place.row + 1).min(rows)));
                    } else {
                        own.ends.push((*node, x, place.row));
                    }
                }
            }
        }
        let mut made = Self { nets: made };
        made.straighten();
        made
    }

    /// A line that only jogs to the next card below goes straight, where no other end is near.
    fn straighten(&mut self) {
        let taken: Vec<(usize, i64, usize)> = self
            .nets
            .iter()
            .enumerate()
            .flat_map(|(at, net)| net.all().map(move |end| (at, end.1, end.2)))
            .collect();
        for (at, net) in self.nets.iter_mut().enumerate() {
            let ([start], [end]) = (net.starts.as_slice(), net.ends.as_mut_slice()) else { continue };
            let is_near = (start.1 - end.1).abs() < CARD_WIDE / 2 && start.2 == end.2;
            let is_free = taken
                .iter()
                .all(|(own, x, gap)| *own == at || *gap != end.2 || (x - start.1).abs() >= PORT / 2);
            if is_near && is_free {
                end.1 = start.1;
            }
        }
    }
}

/// The lane of each net that needs one: short ones stand near the cards.
fn lanes(ends: &Ends, right: i64) -> Vec<Option<i64>> {
    let mut made = vec![None; ends.nets.len()];
    let mut wanted: Vec<(usize, usize, usize)> = Vec::new();
    for (at, net) in ends.nets.iter().enumerate() {
        let (low, high) = net.gaps();
        if !net.is_empty() && low != high {
            wanted.push((high - low, low, at));
        }
    }
    wanted.sort_unstable();
    let mut taken: Vec<Vec<(usize, usize)>> = Vec::new();
    for (length, low, at) in wanted {
        let high = low + length;
        let is_free = |lane: &Vec<(usize, usize)>| lane.iter().all(|(from, to)| *to < low || *from > high);
        let at_lane = taken.iter().position(is_free).unwrap_or(taken.len());
        if at_lane >= MOST_LANES {
            continue;
        }
        if at_lane == taken.len() {
            taken.push(Vec::new());
        }
        if let (Some(lane), Some(own)) = (taken.get_mut(at_lane), made.get_mut(at)) {
            lane.push((low, high));
            *own = Some(right + 16 + i64::try_from(at_lane).unwrap_or(0) * LANE);
        }
    }
    made
}

/// The tracks of each gap.
fn tracks(ends: &Ends, lanes: &[Option<i64>], gaps: usize) -> Vec<Vec<Span>> {
    let mut made: Vec<Vec<Span>> = vec![Vec::new(); gaps];
    for (at, net) in ends.nets.iter().enumerate() {
        let lane = lanes.get(at).copied().flatten();
        if net.is_empty() || (net.spans_gaps() && lane.is_none()) {
            continue;
        }
        for (gap, spans) in made.iter_mut().enumerate() {
            let own = net.all().filter(|end| end.2 == gap).map(|end| end.1);
            let own: Vec<i64> = own.collect();
            let (Some(from), Some(to)) = (own.iter().min(), own.iter().chain(lane.as_ref()).max()) else {
                continue;
            };
            spans.push(Span { net: at, from: *from, to: *to, track: 0 });
        }
    }
    for spans in &mut made {
        spans.sort_by_key(|span| (span.to - span.from, span.from, span.net));
        let mut taken: Vec<Vec<(i64, i64)>> = Vec::new();
        for span in spans.iter_mut() {
            let is_free = |track: &Vec<(i64, i64)>| {
                track.iter().all(|(from, to)| *to + PORT / 2 < span.from || *from > span.to + PORT / 2)
            };
            span.track = taken.iter().position(is_free).unwrap_or(taken.len());
            if span.track == taken.len() {
                taken.push(Vec::new());
            }
            if let Some(track) = taken.get_mut(span.track) {
                track.push((span.from, span.to));
            }
        }
    }
    made
}

#[cfg(test)]
mod tests {
    use super::*;

    fn nodes(bands: &[usize]) -> Vec<Node> {
        bands.iter().map(|band| Node { band: *band, high: 60 }).collect()
    }

    fn net(from: &[usize], to: &[usize]) -> Net {
        Net { from: from.to_vec(), to: to.to_vec() }
    }

    #[test]
    fn what_follows_stands_below() {
        let made = layout(&nodes(&[0, 0, 0]), &[net(&[0], &[1]), net(&[1], &[2])]);
        let rows: Vec<usize> = made.places.iter().map(|place| place.row).collect();
        assert_eq!(rows, [0, 1, 2]);
        assert!(made.places.windows(2).all(|two| two[0].y + two[0].high < two[1].y));
        assert_eq!(made.left_out, 0);
        // One after the other goes straight down.
        let line = &made.nets[0].as_ref().unwrap().lines[0];
        assert!(line.iter().all(|point| point.0 == line[0].0), "{line:?}");
    }

    #[test]
    fn no_line_goes_through_a_card_and_none_lies_upon_another() {
        let bands: Vec<usize> = (0..24).map(|at| at / 6).collect();
        let nets: Vec<Net> =
            (0..20).map(|at| net(&[at, (at * 7) % 24], &[(at * 5 + 3) % 24, (at + 9) % 24])).collect();
        let made = layout(&nodes(&bands), &nets);
        let mut flat: Vec<(i64, i64, i64, usize)> = Vec::new();
        for (at, drawn) in made.nets.iter().enumerate() {
            for line in drawn.iter().flat_map(|drawn| &drawn.lines) {
                for two in line.windows(2) {
                    let ((x, y), (to_x, to_y)) = (two[0], two[1]);
                    for place in &made.places {
                        let inside = x.max(to_x) > place.x
                            && x.min(to_x) < place.x + CARD_WIDE
                            && y.max(to_y) > place.y
                            && y.min(to_y) < place.y + place.high;
                        assert!(!inside, "{two:?} crosses {place:?}");
                    }
                    if y == to_y {
                        flat.push((y, x.min(to_x), x.max(to_x), at));
                    }
                }
            }
        }
        for (at, one) in flat.iter().enumerate() {
            for other in flat.iter().skip(at + 1).filter(|other| other.3 != one.3 && other.0 == one.0) {
                assert!(one.2 < other.1 || other.2 < one.1, "{one:?} lies upon {other:?}");
            }
        }
    }

    #[test]
    fn a_line_to_itself_is_not_drawn() {
        let made = layout(&nodes(&[0]), &[net(&[0], &[0])]);
        assert!(made.nets[0].is_none());
        assert_eq!(made.left_out, 0);
    }
}
