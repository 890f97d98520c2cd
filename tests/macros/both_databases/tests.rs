use quote::quote;

use super::*;

#[track_caller]
fn assert_expands(arguments: TokenStream, item: TokenStream, expected: TokenStream) {
    assert_eq!(expand(arguments, item).to_string(), expected.to_string());
}

/// The error comes first, and the item stays.
#[track_caller]
fn assert_refused(arguments: TokenStream, item: TokenStream, message: &str) {
    let expanded = expand(arguments, item.clone()).to_string();
    let error = quote!(::core::compile_error! { #message }).to_string();
    assert_eq!(expanded, format!("{error} {item}"));
}

#[test]
fn a_function_that_takes_a_world_is_two_tests() {
    assert_expands(
        quote!(),
        quote! {
            /// A3.1: exactly 21% is allowed.
            fn a_fee_at_the_cap_is_taken(world: &World) {
                world.anonymous();
            }
        },
        quote! {
            /// A3.1: exactly 21% is allowed.
            fn a_fee_at_the_cap_is_taken(world: &World) {
                world.anonymous();
            }

            mod a_fee_at_the_cap_is_taken {
                #[test]
                fn sqlite() {
                    ::anze_tests::database::run(
                        ::anze_tests::Database::Sqlite,
                        ::core::concat!(::core::module_path!(), "::sqlite"),
                        super::a_fee_at_the_cap_is_taken
                    );
                }

                #[test]
                fn postgres() {
                    ::anze_tests::database::run(
                        ::anze_tests::Database::Postgres,
                        ::core::concat!(::core::module_path!(), "::postgres"),
                        super::a_fee_at_the_cap_is_taken
                    );
                }
            }
        },
    );
}

#[test]
fn a_world_can_have_settings() {
    for (given, found) in [
        (quote!(slow), quote!(super::slow)),
        (quote!(worlds::slow), quote!(super::worlds::slow)),
        (quote!(super::slow), quote!(super::super::slow)),
        (quote!(crate::slow), quote!(crate::slow)),
        (quote!(::anze_tests::slow), quote!(::anze_tests::slow)),
    ] {
        assert_expands(
            quote!(settings = #given),
            quote!(
                fn t(world: &anze_tests::World) {}
            ),
            quote! {
                fn t(world: &anze_tests::World) {}

                mod t {
                    #[test]
                    fn sqlite() {
                        ::anze_tests::database::run_with(
                            ::anze_tests::Database::Sqlite,
                            ::core::concat!(::core::module_path!(), "::sqlite"),
                            #found,
                            super::t
                        );
                    }

                    #[test]
                    fn postgres() {
                        ::anze_tests::database::run_with(
                            ::anze_tests::Database::Postgres,
                            ::core::concat!(::core::module_path!(), "::postgres"),
                            #found,
                            super::t
                        );
                    }
                }
            },
        );
    }
}

#[test]
fn a_function_that_takes_a_binary_is_two_tests() {
    assert_expands(
        quote!(),
        quote!(
            fn t(mut binary: Binary) {}
        ),
        quote! {
            fn t(mut binary: Binary) {}

            mod t {
                #[test]
                fn sqlite() {
                    ::anze_tests::database::run_program(
                        ::anze_tests::Database::Sqlite,
                        ::core::concat!(::core::module_path!(), "::sqlite"),
                        ::core::env!("CARGO_BIN_EXE_anze-under-test"),
                        super::t
                    );
                }

                #[test]
                fn postgres() {
                    ::anze_tests::database::run_program(
                        ::anze_tests::Database::Postgres,
                        ::core::concat!(::core::module_path!(), "::postgres"),
                        ::core::env!("CARGO_BIN_EXE_anze-under-test"),
                        super::t
                    );
                }
            }
        },
    );
}

#[test]
fn a_function_that_takes_a_scratch_is_two_async_tests() {
    assert_expands(
        quote!(),
        quote!(
            async fn t(scratch: Scratch) {}
        ),
        quote! {
            async fn t(scratch: Scratch) {}

            mod t {
                #[::tokio::test(flavor = "multi_thread", worker_threads = 4)]
                async fn sqlite() {
                    super::t(crate::testing::Scratch::on_sqlite()).await;
                }

                #[::tokio::test(flavor = "multi_thread", worker_threads = 4)]
                async fn postgres() {
                    if let Some(scratch) = crate::testing::Scratch::on_postgres(::core::module_path!()) {
                        super::t(scratch).await;
                    }
                }
            }
        },
    );
}

#[test]
fn what_only_a_test_can_have_moves_to_the_tests() {
    assert_expands(
        quote!(),
        quote! {
            #[ignore = "slow"]
            #[expect(unused_variables, reason = "nothing is asked")]
            #[should_panic(expected = "no")]
            fn t(world: &World) {}
        },
        quote! {
            #[expect(unused_variables, reason = "nothing is asked")]
            fn t(world: &World) {}

            mod t {
                #[test]
                #[ignore = "slow"]
                #[should_panic(expected = "no")]
                fn sqlite() {
                    ::anze_tests::database::run(
                        ::anze_tests::Database::Sqlite,
                        ::core::concat!(::core::module_path!(), "::sqlite"),
                        super::t
                    );
                }

                #[test]
                #[ignore = "slow"]
                #[should_panic(expected = "no")]
                fn postgres() {
                    ::anze_tests::database::run(
                        ::anze_tests::Database::Postgres,
                        ::core::concat!(::core::module_path!(), "::postgres"),
                        super::t
                    );
                }
            }
        },
    );
}

#[test]
fn a_function_that_is_no_test_is_refused() {
    for (item, message) in [
        (
            quote!(
                async fn t(world: &World) {}
            ),
            "a test of the server is not `async`: its clients wait for each answer",
        ),
        (
            quote!(
                const fn t(world: &World) {}
            ),
            "a test on both databases is not `const`",
        ),
        (
            quote!(
                unsafe fn t(world: &World) {}
            ),
            "a test on both databases is not `unsafe`",
        ),
        (
            quote!(
                extern "C" fn t(world: &World) {}
            ),
            "a test on both databases is not `extern`",
        ),
        (
            quote!(
                fn t<T>(world: &World) {}
            ),
            "a test on both databases is not generic",
        ),
        (
            quote!(
                fn t(world: &World) -> Result<(), String> {
                    Ok(())
                }
            ),
            "a test on both databases returns nothing: it panics where it fails",
        ),
        (
            quote!(
                fn t(scratch: Scratch) {}
            ),
            "a test with a `Scratch` is `async`, as the calls of its store are",
        ),
        (
            quote!(
                mod t {}
            ),
            "`#[both_databases]` belongs on a function",
        ),
    ] {
        assert_refused(quote!(), item, message);
    }
}

#[test]
fn a_function_with_other_parameters_is_refused() {
    for parameters in [
        quote!(),
        quote!(&self),
        quote!(world: &World, other: &World),
        quote!(world: World),
        quote!(world: &mut World),
        quote!(world: &World<'static>),
        quote!(world: &<T as Has>::World),
        quote!(binary: &Binary),
        quote!(database: Database),
    ] {
        assert_refused(
            quote!(),
            quote!(fn t(#parameters) {}),
            "a test on both databases takes one parameter: `world: &World`, `binary: Binary`, \
             or `scratch: Scratch` in persistence",
        );
    }
}

#[test]
fn wrong_arguments_are_refused() {
    let world = quote!(
        fn t(world: &World) {}
    );
    for (arguments, message) in [
        (quote!(slow), "`#[both_databases]` knows only `settings = …`"),
        (quote!(with = slow), "`#[both_databases]` knows only `settings = …`"),
        (quote!(settings), "expected `=`"),
        (quote!(settings = slow, settings = fast), "`settings` is given twice"),
        (quote!(settings = slow fast), "expected `,`"),
        (quote!(settings = |settings| ()), "expected identifier"),
    ] {
        assert_refused(arguments, world.clone(), message);
    }
    for item in [
        quote!(
            fn t(binary: Binary) {}
        ),
        quote!(
            async fn t(scratch: Scratch) {}
        ),
    ] {
        assert_refused(quote!(settings = slow), item, "`settings` are for a test with a `World`");
    }
}
