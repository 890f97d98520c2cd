//! What the attribute `both_databases` writes.

use proc_macro2::{Span, TokenStream};
use quote::{ToTokens, quote, quote_spanned};
use syn::{
    Attribute, Error, FnArg, Ident, Item, ItemFn, Path, PathArguments, Result, ReturnType, Signature, Token,
    Type,
    parse::{Parse, ParseStream},
    parse2,
};

/// The two tests. After a wrong use: the error and the item as it was, so that nothing else is reported as missing.
pub(crate) fn expand(arguments: TokenStream, item: TokenStream) -> TokenStream {
    function_and_tests(arguments, item.clone()).unwrap_or_else(|error| {
        let error = error.into_compile_error();
        quote! { #error #item }
    })
}

fn function_and_tests(arguments: TokenStream, item: TokenStream) -> Result<TokenStream> {
    let Arguments { settings } = parse2(arguments)?;
    let item: Item = parse2(item)?;
    let Item::Fn(mut function) = item else {
        return Err(Error::new_spanned(item, "`#[both_databases]` belongs on a function"));
    };
    let fixture = Fixture::of(&function.sig)?;
    refuse_what_no_test_is(&function.sig, fixture)?;
    if let (Fixture::Binary | Fixture::Scratch, Some(settings)) = (fixture, &settings) {
        let message = "`settings` are for a test with a `World`";
        return Err(Error::new_spanned(settings, message));
    }
    let (on_tests, on_function) = function.attrs.drain(..).partition(is_for_tests);
    function.attrs = on_function;
    Ok(with_tests(&function, &on_tests, fixture, settings.as_ref()))
}

/// The function, and the module with its two tests.
fn with_tests(
    function: &ItemFn,
    on_tests: &Vec<Attribute>,
    fixture: Fixture,
    settings: Option<&Path>,
) -> TokenStream {
    let name = &function.sig.ident;
    // An error in what is written here shows the function's name; the tests count as the attribute's, not as the user's.
    let span = Span::call_site().located_at(name.span());
    let test = match fixture {
        Fixture::World | Fixture::Binary => quote_spanned!(span=> #[test]),
        Fixture::Scratch => {
            quote_spanned!(span=> #[::tokio::test(flavor = "multi_thread", worker_threads = 4)])
        }
    };
    let asyncness = &function.sig.asyncness;
    let [on_sqlite, on_postgres] = match fixture {
        Fixture::World => ["Sqlite", "Postgres"].map(|database| {
            let database_and_name = database_and_name(database, span);
            match settings.map(seen_from_the_tests) {
                None => quote_spanned!(span=> ::anze_tests::database::run(#database_and_name, super::#name);),
                Some(settings) => quote_spanned! {span=>
                    ::anze_tests::database::run_with(#database_and_name, #settings, super::#name);
                },
            }
        }),
        Fixture::Binary => ["Sqlite", "Postgres"].map(|database| {
            let database_and_name = database_and_name(database, span);
            let program = quote_spanned!(span=> ::core::env!("CARGO_BIN_EXE_anze-under-test"));
            quote_spanned!(span=> ::anze_tests::database::run_program(#database_and_name, #program, super::#name);)
        }),
        Fixture::Scratch => [
            quote_spanned!(span=> super::#name(crate::testing::Scratch::on_sqlite()).await;),
            quote_spanned! {span=>
                if let Some(scratch) = crate::testing::Scratch::on_postgres(::core::module_path!()) {
                    super::#name(scratch).await;
                }
            },
        ],
    };
    quote_spanned! {span=>
        #function

        mod #name {
            #test
            #(#on_tests)*
            #asyncness fn sqlite() {
                #on_sqlite
            }

            #test
            #(#on_tests)*
            #asyncness fn postgres() {
                #on_postgres
            }
        }
    }
}

/// The arguments with which every test of a server begins: the database and the test's name.
fn database_and_name(database: &str, span: Span) -> TokenStream {
    let path = format!("::{}", database.to_lowercase());
    let database = Ident::new(database, span);
    quote_spanned! {span=>
        ::anze_tests::Database::#database, ::core::concat!(::core::module_path!(), #path)
    }
}

/// What is in the attribute's parentheses.
struct Arguments {
    settings: Option<Path>,
}

impl Parse for Arguments {
    fn parse(input: ParseStream<'_>) -> Result<Self> {
        let mut settings = None;
        while !input.is_empty() {
            let name: Ident = input.parse()?;
            if name != "settings" {
                return Err(Error::new_spanned(name, "`#[both_databases]` knows only `settings = …`"));
            }
            if settings.is_some() {
                return Err(Error::new_spanned(name, "`settings` is given twice"));
            }
            input.parse::<Token![=]>()?;
            settings = Some(input.call(Path::parse_mod_style)?);
            if !input.is_empty() {
                input.parse::<Token![,]>()?;
            }
        }
        Ok(Self { settings })
    }
}

/// What a test starts with.
#[derive(Clone, Copy)]
enum Fixture {
    World,
    Binary,
    Scratch,
}

impl Fixture {
    /// What the function's parameter asks for.
    fn of(signature: &Signature) -> Result<Self> {
        let wrong = |place: &dyn ToTokens| {
            let message = "a test on both databases takes one parameter: `world: &World`, `binary: Binary`, \
                           or `scratch: Scratch` in persistence";
            Err(Error::new_spanned(place.to_token_stream(), message))
        };
        let mut parameters = signature.inputs.iter();
        match (parameters.next(), parameters.next()) {
            (None, _) => wrong(&signature.ident),
            (Some(FnArg::Typed(parameter)), None) => match &*parameter.ty {
                Type::Reference(world) if world.mutability.is_none() && is_named(&world.elem, "World") => {
                    Ok(Self::World)
                }
                owned if is_named(owned, "Binary") => Ok(Self::Binary),
                owned if is_named(owned, "Scratch") => Ok(Self::Scratch),
                _ => wrong(parameter),
            },
            _ => wrong(&signature.inputs),
        }
    }
}

fn is_named(given: &Type, name: &str) -> bool {
    let Type::Path(given) = given else { return false };
    given.qself.is_none()
        && given
            .path
            .segments
            .last()
            .is_some_and(|last| last.ident == name && matches!(last.arguments, PathArguments::None))
}

/// An error for each thing that a function can be and a test cannot.
fn refuse_what_no_test_is(signature: &Signature, fixture: Fixture) -> Result<()> {
    let refuse =
        |place: &dyn ToTokens, message: &str| Err(Error::new_spanned(place.to_token_stream(), message));
    match (fixture, &signature.asyncness) {
        (Fixture::World | Fixture::Binary, Some(word)) => {
            return refuse(word, "a test of the server is not `async`: its clients wait for each answer");
        }
        (Fixture::Scratch, None) => {
            return refuse(
                &signature.fn_token,
                "a test with a `Scratch` is `async`, as the calls of its store are",
            );
        }
        _ => {}
    }
    if let Some(word) = &signature.constness {
        return refuse(word, "a test on both databases is not `const`");
    }
    if let Some(word) = &signature.unsafety {
        return refuse(word, "a test on both databases is not `unsafe`");
    }
    if let Some(abi) = &signature.abi {
        return refuse(abi, "a test on both databases is not `extern`");
    }
    if !signature.generics.params.is_empty() {
        return refuse(&signature.generics, "a test on both databases is not generic");
    }
    if let ReturnType::Type(..) = &signature.output {
        return refuse(
            &signature.output,
            "a test on both databases returns nothing: it panics where it fails",
        );
    }
    Ok(())
}

/// Whether an attribute has an effect only on a `#[test]`.
fn is_for_tests(attribute: &Attribute) -> bool {
    attribute.path().is_ident("ignore") || attribute.path().is_ident("should_panic")
}

/// A path that is written beside the function, as it is written in the module of the tests.
fn seen_from_the_tests(path: &Path) -> TokenStream {
    let from_the_root =
        path.leading_colon.is_some() || path.segments.first().is_some_and(|first| first.ident == "crate");
    if from_the_root { quote!(#path) } else { quote!(super::#path) }
}

#[cfg(test)]
mod tests;
