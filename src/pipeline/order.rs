//! From many workers to one writer: what was made of the batches comes out in the order of the batches, and what waits
//! is bounded.

use std::collections::{BTreeMap, VecDeque};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

/// Bytes that may wait for the writer beside the batch that it is at.
const WAITING: usize = 16 << 20;

/// Something that was made of a batch, or of a part of it.
pub(super) trait Part {
    /// Bytes that it holds.
    fn size(&self) -> usize;
    /// Whether nothing more comes of its batch.
    fn is_last(&self) -> bool;
}

/// Where workers put parts and the writer takes them.
pub(super) struct Order<P> {
    state: Mutex<State<P>>,
    changed: Condvar,
}

struct State<P> {
    waiting: BTreeMap<u64, VecDeque<P>>,
    /// Bytes of what waits.
    bytes: usize,
    /// The batch whose parts are taken now.
    current: u64,
    /// Workers that may still put something.
    workers: usize,
    /// Nothing will be taken any more.
    closed: bool,
    /// Parts that were written, whose memory can be used again.
    spare: Vec<P>,
}

impl<P: Part> Order<P> {
    /// For so many workers, each of which holds an [`Order::at_work`] until it ends.
    pub fn new(workers: usize) -> Self {
        let waiting = BTreeMap::new();
        let state = State { waiting, bytes: 0, current: 0, workers, closed: false, spare: Vec::new() };
        Order { state: Mutex::new(state), changed: Condvar::new() }
    }

    fn lock(&self) -> MutexGuard<'_, State<P>> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What a worker holds while it may still put something: also one that falls is missed.
    pub fn at_work(&self) -> AtWork<'_, P> {
        AtWork(self)
    }

    /// Hands over a part of a batch; waits while too much is waiting, unless the writer is at this very batch.
    /// Whether to go on.
    pub fn put(&self, batch: u64, part: P) -> bool {
        let mut state = self.lock();
        while !state.closed && batch != state.current && state.bytes > WAITING {
            state = self.changed.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
        state.bytes += part.size();
        state.waiting.entry(batch).or_default().push_back(part);
        self.changed.notify_all();
        !state.closed
    }

    /// The next part in order; none when no worker is left that could bring it.
    pub fn take(&self) -> Option<P> {
        let mut state = self.lock();
        loop {
            let current = state.current;
            if let Some(part) = state.waiting.get_mut(&current).and_then(VecDeque::pop_front) {
                state.bytes -= part.size();
                if part.is_last() {
                    state.waiting.remove(&current);
                    state.current += 1;
                }
                self.changed.notify_all();
                return Some(part);
            }
            if state.workers == 0 {
                return None;
            }
            state = self.changed.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
    }

    /// Takes nothing more: workers that want to put something are told to stop.
    pub fn close(&self) {
        self.lock().closed = true;
        self.changed.notify_all();
    }

    /// Gives back a part that is done with.
    pub fn give_back(&self, part: P) {
        let mut state = self.lock();
        if state.spare.len() <= state.workers {
            state.spare.push(part);
        }
    }

    /// A part that was given back.
    pub fn spare(&self) -> Option<P> {
        self.lock().spare.pop()
    }
}

/// A worker's place; see [`Order::at_work`].
pub(super) struct AtWork<'o, P: Part>(&'o Order<P>);

impl<P: Part> Drop for AtWork<'_, P> {
    fn drop(&mut self) {
        let mut state = self.0.lock();
        state.workers -= 1;
        // The batch of a worker that fell never comes, and nobody may wait for it.
        state.closed |= std::thread::panicking();
        drop(state);
        self.0.changed.notify_all();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Piece(u64, bool, usize);

    impl Part for Piece {
        fn size(&self) -> usize {
            self.2
        }
        fn is_last(&self) -> bool {
            self.1
        }
    }

    #[test]
    fn parts_come_in_the_order_of_their_batches() {
        let order = Order::new(3);
        let taken: Vec<u64> = std::thread::scope(|scope| {
            for worker in 0..3 {
                let order = &order;
                scope.spawn(move || {
                    let _here = order.at_work();
                    // Larger than all that may wait: only the worker whose batch it is may go on.
                    for batch in (worker..30).step_by(3) {
                        assert!(order.put(batch, Piece(2 * batch, false, WAITING)));
                        assert!(order.put(batch, Piece(2 * batch + 1, true, WAITING)));
                    }
                });
            }
            std::iter::from_fn(|| order.take()).map(|piece| piece.0).collect()
        });
        assert_eq!(taken, (0..60).collect::<Vec<_>>());
    }

    #[test]
    fn a_worker_that_falls_ends_the_others() {
        let order = Order::new(2);
        std::thread::scope(|scope| {
            let falls = scope.spawn(|| {
                let _here = order.at_work();
                std::panic::resume_unwind(Box::new("a fault"));
            });
            scope.spawn(|| {
                let _here = order.at_work();
                while order.put(1, Piece(0, false, WAITING + 1)) {}
            });
            assert!(order.take().is_none());
            assert!(falls.join().is_err());
        });
    }

    #[test]
    fn nobody_waits_for_a_worker_that_fell_or_a_writer_that_left() {
        let order = Order::new(2);
        let first = order.at_work();
        std::thread::scope(|scope| {
            scope.spawn(|| {
                let _here = order.at_work();
                assert!(order.put(1, Piece(0, true, WAITING + 1)));
                // The writer never comes to batch 2.
                assert!(!order.put(2, Piece(1, true, 1)));
            });
            drop(first);
            while order.lock().bytes == 0 {
                std::thread::yield_now();
            }
            order.close();
        });
        assert!(order.take().is_none());
    }
}
