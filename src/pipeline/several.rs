//! Several documents side by side, in the one pool.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};

use rayon::Scope;

use super::run::run_as;
use super::{Goal, Plan, Progress, Report, guarded};
use crate::span::Files;

/// A document that is to be built.
pub struct Task<'a> {
    /// What is to be done.
    pub plan: &'a Plan,
    /// Its name in folder and file names: that of [`slug`](super::slug).
    pub slug: &'a str,
    /// Hears what happens.
    pub progress: &'a dyn Progress,
}

/// Carries out plans side by side as far as a goal, and gives their reports in
/// the order of the plans. Whatever goes wrong in one leaves the others alone.
/// No two of them may write to one folder.
///
/// Never are more documents under way than the pool has threads, so that
/// memory grows with the cores, not with the documents: more would not be done
/// any sooner.
pub fn run_all(tasks: &[Task<'_>], goal: Goal) -> Vec<Report> {
    let queue = Queue { tasks, goal, begun: AtomicUsize::new(0), reports: Mutex::default() };
    let lanes = rayon::current_num_threads().min(tasks.len());
    rayon::scope(|scope| {
        for _ in 0..lanes {
            scope.spawn(|scope| queue.next(scope));
        }
    });
    queue.reports.into_inner().unwrap_or_else(PoisonError::into_inner).into_values().collect()
}

struct Queue<'a> {
    tasks: &'a [Task<'a>],
    goal: Goal,
    /// How many were begun.
    begun: AtomicUsize,
    /// By the place of the task.
    reports: Mutex<BTreeMap<usize, Report>>,
}

impl Queue<'_> {
    /// Builds the next document, and makes another a job of its own when it is
    /// done. In a loop that one would be part of this job, and a thread that
    /// took it up while it waited for others could not go back to its own
    /// document before the last of all is built.
    fn next<'s>(&'s self, scope: &Scope<'s>) {
        let at = self.begun.fetch_add(1, Ordering::Relaxed);
        let Some(Task { plan, slug, progress }) = self.tasks.get(at) else { return };
        let made = guarded("building the document", || Ok(run_as(plan, slug, self.goal, *progress)));
        let report = made.unwrap_or_else(|error| Report {
            slug: (*slug).to_owned(),
            editions: Vec::new(),
            diagnostics: [plan.diagnostics.clone(), vec![error.locate(&Files::default())]].concat(),
        });
        self.reports.lock().unwrap_or_else(PoisonError::into_inner).insert(at, report);
        scope.spawn(|scope| self.next(scope));
    }
}
