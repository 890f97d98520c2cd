//! The attribute that makes one function a test on SQLite and a test on PostgreSQL.

mod both_databases;

use proc_macro::TokenStream;

/// Makes two tests of one function, `name::sqlite` and `name::postgres`.
///
/// The function returns nothing and takes one parameter. The type of the parameter says what each of the two tests starts with:
/// - `world: &World`: the server, in the process of the test, on a database of its own. The time stands still.
/// - `binary: Binary`: the command `anze-under-test`, as a process that the test can kill.
/// - `scratch: Scratch`: a store on a database of its own, for the tests of `anze-persistence`. Only this function is `async`.
///
/// ```text
/// /// A3.1: exactly 21% is allowed.
/// #[both_databases]
/// fn a_fee_at_the_cap_is_taken(world: &World) { … }
/// ```
///
/// `#[both_databases(settings = slow)]` calls `fn slow(settings: &mut Settings)` before the server of a `World` starts. The path is
/// looked up from the module of the test, or from the root if it begins with `crate::` or `::`.
///
/// `#[ignore]` and `#[should_panic]` on the function apply to both tests; every other attribute stays on the function. If there is
/// no PostgreSQL, the test on it is left out and counted; it fails if `CI=true` is set.
#[proc_macro_attribute]
pub fn both_databases(arguments: TokenStream, function: TokenStream) -> TokenStream {
    both_databases::expand(arguments.into(), function.into()).into()
}
