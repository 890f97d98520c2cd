//! What the attribute `both_databases` writes.

use proc_macro2::{Span, TokenStream};
use quote::{ToTokens, format_ident, quote, quote_spanned};
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
    refuse_what_no_test_is(&function.sig)?;
    let fixture = Fixture::of(&function.sig)?;
    if let (Fixture::Binary, Some(settings)) = (fixture, &settings) {
        let message = "`settings` are for a test with a `World`: a `Binary` reads its environment";
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
    let tests = [("sqlite", "Sqlite"), ("postgres", "Postgres")].map(|(test, database)| {
        let (test, path) = (Ident::new(test, span), format!("::{test}"));
        let database = format_ident!("{database}", span = span);
        let started = quote_spanned! {span=>
            ::anze_tests::Database::#database, ::core::concat!(::core::module_path!(), #path)
        };
        let run = match (fixture, settings) {
            (Fixture::World, None) => {
                quote_spanned! {span=> ::anze_tests::database::run(#started, super::#name) }
            }
            (Fixture::World, Some(settings)) => {
                let settings = seen_from_the_tests(settings);
                quote_spanned! {span=> ::anze_tests::database::run_with(#started, #settings, super::#name) }
            }
            (Fixture::Binary, _) => quote_spanned! {span=>
                ::anze_tests::database::run_program(
                    #started,
                    ::core::env!("CARGO_BIN_EXE_anze-under-test"),
                    super::#name,
                )
            },
        };
        quote_spanned! {span=>
            #[test]
            #(#on_tests)*
            fn #test() {
                #run;
            }
        }
    });
    quote! {
        #function

        mod #name {
            #(#tests)*
        }
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
}

impl Fixture {
    /// What the function's parameter asks for.
    fn of(signature: &Signature) -> Result<Self> {
        let wrong = |place: &dyn ToTokens| {
            let message =
                "a test on both databases takes one parameter: `world: &World`, or `binary: Binary`";
            Err(Error::new_spanned(place.to_token_stream(), message))
        };
        let mut parameters = signature.inputs.iter();
        match (parameters.next(), parameters.next()) {
            (None, _) => wrong(&signature.ident),
            (Some(FnArg::Typed(parameter)), None) => match &*parameter.ty {
                Type::Reference(world) if world.mutability.is_none() && is_named(&world.elem, "World") => {
                    Ok(Self::World)
                }
                binary if is_named(binary, "Binary") => Ok(Self::Binary),
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
fn refuse_what_no_test_is(signature: &Signature) -> Result<()> {
    let refuse =
        |place: &dyn ToTokens, message: &str| Err(Error::new_spanned(place.to_token_stream(), message));
    if let Some(word) = &signature.asyncness {
        return refuse(word, "a test on both databases is not `async`: its clients wait for each answer");
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
