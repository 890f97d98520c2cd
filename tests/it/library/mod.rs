//! The expert library and how one is admitted to it.

mod admission;
mod expert;
mod side;
mod standing;
mod tie;
