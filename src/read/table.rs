//! Tables: one row per turn.
//!
//! The way out of most recording platforms is an Excel export, in Chinese or English, with commas,
//! semicolons or tabs. Rows of one call stand together; a call id that comes back later in the file
//! belongs either to another call or to a shuffled export, and is rejected rather than guessed at.

use std::borrow::Cow;
use std::collections::{HashSet, VecDeque};
use std::sync::Arc;

use super::columns::{Column, Header};
use super::decode::Encoding;
use super::draft::{Draft, DraftTurn, MAX_TURNS, fit_id};
use super::reader::{Body, Raw};
use super::reject::{Fault, RejectCode};
use super::rows::{Got, Row, Rows};
use super::text::{Spot, Text};

/// The rows of one call so far.
struct Group {
    id: String,
    spot: Spot,
    draft: Draft<'static>,
    bytes: usize,
    fault: Option<(Spot, Fault)>,
}

impl Group {
    /// Marks the call as lost; the first fault counts.
    fn spoil(&mut self, spot: Spot, fault: Fault) {
        self.fault.get_or_insert((spot, fault));
        self.draft = Draft::default();
    }
}

/// Cuts a table into calls.
pub(super) struct TableCutter {
    state: State,
    source: Arc<str>,
    cap: usize,
    group: Option<Group>,
    /// Bad rows without an id: of the call above if that goes on below, else each on its own.
    strays: Vec<(Spot, Fault)>,
    ready: VecDeque<Raw>,
    seen: HashSet<[u8; 16]>,
}

enum State {
    Fresh(Box<Text>),
    Reading(Box<(Rows, Header)>),
    Ended(Option<Encoding>),
}

impl TableCutter {
    pub fn new(text: Text, source: Arc<str>, cap: usize) -> Self {
        TableCutter {
            state: State::Fresh(Box::new(text)),
            source,
            cap,
            group: None,
            strays: Vec::new(),
            ready: VecDeque::new(),
            seen: HashSet::new(),
        }
    }

    /// The encoding decided on so far.
    pub fn encoding(&self) -> Option<Encoding> {
        match &self.state {
            State::Fresh(text) => text.encoding(),
            State::Reading(reading) => reading.0.text.encoding(),
            State::Ended(encoding) => *encoding,
        }
    }

    /// The next call or fault; none at the end.
    pub fn next(&mut self) -> Option<Raw> {
        let mut row = Row::default();
        loop {
            if let Some(raw) = self.ready.pop_front() {
                return Some(raw);
            }
            let encoding = self.encoding();
            match std::mem::replace(&mut self.state, State::Ended(encoding)) {
                State::Ended(_) => return None,
                State::Fresh(text) => self.header(*text),
                State::Reading(mut reading) => match reading.0.next(&mut row) {
                    Ok(got) => {
                        let more = self.take(got, &row, &reading.1);
                        self.state = match more {
                            true => State::Reading(reading),
                            false => State::Ended(reading.0.text.encoding()),
                        };
                    }
                    Err((spot, fault)) => self.broken(spot, fault, &row, &reading.1),
                },
            }
        }
    }

    /// Reads the header (after an optional `sep=` line) and goes on to the rows.
    fn header(&mut self, mut text: Text) {
        let mut line = Vec::new();
        let header = loop {
            let spot = text.spot();
            match text.line(&mut line, self.cap) {
                Ok(None) => return,
                Ok(Some(found)) if found.too_long => {
                    let detail = format!("表头超过 {} 字节", self.cap);
                    break Err((spot, Fault::new(RejectCode::LineTooLong, detail)));
                }
                Ok(Some(_)) if line.trim_ascii().is_empty() || line.starts_with(b"sep=") => {}
                Ok(Some(_)) => {
                    let words = std::str::from_utf8(&line).map_err(|_| Fault::new(RejectCode::BadBytes, "表头"));
                    break words.and_then(Header::of).map_err(|fault| (spot, fault));
                }
                Err(fault) => break Err((spot, fault)),
            }
        };
        match header {
            Ok(header) => {
                let rows = Rows::new(text, header.delimiter, self.cap);
                self.state = State::Reading(Box::new((rows, header)));
            }
            Err((spot, fault)) => {
                self.ready.push_back(Raw::bad(fault.at(spot.of(&self.source), None)));
            }
        }
    }

    /// Takes what was read; false at the end.
    fn take(&mut self, got: Got, row: &Row, header: &Header) -> bool {
        match got {
            Got::Row(_) if row.is_blank() => {}
            Got::Row(spot) => self.row(spot, row, header),
            Got::TooLong(spot) => {
                let detail = format!("超过 {} 字节", self.cap);
                self.add_stray(spot, Fault::new(RejectCode::LineTooLong, detail));
            }
            Got::End => {
                self.flush();
                return false;
            }
        }
        true
    }

    /// Puts a row to its call.
    fn row(&mut self, spot: Spot, row: &Row, header: &Header) {
        let id = header.text(row, Column::CallId).and_then(|id| fit_id(id.as_deref().unwrap_or("")));
        let shape = self.shape(row, header);
        let id = match id {
            // Where cells are missing or too many, what stands in the id's place behind the text may be speech.
            Ok(id) if shape.is_err() && header.id_after_text() && !self.is_open(&id) => {
                return self.add_stray(spot, shape.err().unwrap_or_else(|| Fault::new(RejectCode::BadId, "")));
            }
            Ok(id) => id,
            Err(fault) => return self.add_stray(spot, shape.err().unwrap_or(fault)),
        };
        if self.group.as_ref().is_none_or(|group| group.id != id) {
            self.flush();
            let mut group = Group { id, spot, draft: Draft::default(), bytes: 0, fault: None };
            if !self.seen.insert(digest(&group.id)) {
                let fault = Fault::new(RejectCode::DuplicateCall, "同一文件中不相邻");
                group.spoil(spot, fault);
            }
            self.group = Some(group);
        }
        let cap = self.cap;
        let Some(group) = &mut self.group else { return };
        for (spot, fault) in self.strays.drain(..) {
            group.spoil(spot, fault);
        }
        if group.fault.is_some() {
            return;
        }
        if let Err(fault) = shape.and_then(|()| add(group, row, header, cap)) {
            group.spoil(spot, fault);
        }
    }

    /// Whether the call above has this id.
    fn is_open(&self, id: &str) -> bool {
        self.group.as_ref().is_some_and(|group| group.id == id)
    }

    /// Whether a row has as many cells as the header; blank ones beyond it do not count.
    fn shape(&self, row: &Row, header: &Header) -> Result<(), Fault> {
        let detail = || format!("{} 列，表头 {} 列", row.len(), header.width);
        if row.len() < header.width {
            return Err(Fault::new(RejectCode::MissingCells, detail()));
        }
        let extra = (header.width..row.len()).any(|at| !row.cell(at).trim_ascii().is_empty());
        if extra { Err(Fault::new(RejectCode::ExtraCells, detail())) } else { Ok(()) }
    }

    /// A fault that ends the file: the call it stands in is lost, calls before it are kept.
    fn broken(&mut self, spot: Spot, fault: Fault, row: &Row, header: &Header) {
        // With an open quote the row's own id may have been read before the fault.
        let id = header.at[Column::CallId as usize]
            .filter(|place| *place < row.len())
            .and_then(|_| header.text(row, Column::CallId).ok().flatten())
            .and_then(|id| fit_id(&id).ok());
        let same = self.group.as_ref().is_some_and(|group| id.as_ref().is_none_or(|id| *id == group.id));
        let id = if same {
            self.strays.clear();
            self.group.take().map(|group| group.id)
        } else {
            self.flush();
            id
        };
        self.ready.push_back(Raw::bad(fault.at(spot.of(&self.source), id)));
    }

    fn add_stray(&mut self, spot: Spot, fault: Fault) {
        self.strays.push((spot, fault));
        // Without a call above there is nothing to wait for; and no wait may fill the memory.
        if self.group.is_none() || self.strays.len() >= MAX_TURNS {
            self.flush();
        }
    }

    /// Gives the call away, and after it the bad rows that turned out not to be its own.
    fn flush(&mut self) {
        let call = self.group.take().map(|group| match group.fault {
            Some((spot, fault)) => Raw::bad(fault.at(spot.of(&self.source), Some(group.id))),
            None => Raw {
                origin: group.spot.of(&self.source),
                body: Body::Rows(Draft { id: Some(Cow::Owned(group.id)), ..group.draft }),
            },
        });
        let strays = self.strays.drain(..).map(|(spot, fault)| Raw::bad(fault.at(spot.of(&self.source), None)));
        self.ready.extend(call.into_iter().chain(strays));
    }
}

/// Adds a row's turn to its call; of the call's own fields the first value that is given counts.
fn add(group: &mut Group, row: &Row, header: &Header, cap: usize) -> Result<(), Fault> {
    let draft = &mut group.draft;
    for (field, column) in [
        (&mut draft.started_at, Column::StartedAt),
        (&mut draft.direction, Column::Direction),
        (&mut draft.agent_id, Column::AgentId),
        (&mut draft.team, Column::Team),
    ] {
        if field.is_none() {
            *field = header.text(row, column)?;
        }
    }
    let turn = DraftTurn {
        speaker: header.text(row, Column::Speaker)?,
        start: header.time(row, Column::StartMs, Column::StartS)?,
        end: header.time(row, Column::EndMs, Column::EndS)?,
        text: header.text(row, Column::Text)?.unwrap_or_default(),
    };
    group.bytes += turn.text.len() + 64;
    draft.turns.push(turn);
    if draft.turns.len() > MAX_TURNS || group.bytes > cap {
        let detail = format!("超过 {MAX_TURNS} 句或 {cap} 字节");
        return Err(Fault::new(RejectCode::CallTooLong, detail));
    }
    Ok(())
}

/// Sixteen bytes that stand for an id.
fn digest(id: &str) -> [u8; 16] {
    let mut short = [0; 16];
    short.copy_from_slice(&blake3::hash(id.as_bytes()).as_bytes()[..16]);
    short
}
