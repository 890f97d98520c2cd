//! Projects: A4.1, and who sees them.

use anze_tests::{Cast, Stage, both_databases};

both_databases! {
    /// A4.1: drafted and registered by its contractor.
    fn a_project_is_registered(world) {
        let cast = Cast::new(world);
        let story = cast.bring_to(Stage::Completed);
        assert_eq!(story.commission().status(), "completed");
    }
}
