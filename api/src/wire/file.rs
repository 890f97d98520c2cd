//! Files, as operations take them in and give them out.

use std::{borrow::Cow, collections::BTreeMap};

use utoipa::{
    IntoResponses, PartialSchema, ToSchema,
    openapi::{
        ContentBuilder, KnownFormat, Ref, RefOr, Response, ResponseBuilder, SchemaFormat,
        schema::{ObjectBuilder, Schema, Type},
    },
};

use crate::app::files::{MEDIA_TYPES, OCTET_STREAM};

/// The bytes of a file.
pub struct FileBytes;

impl ToSchema for FileBytes {
    fn name() -> Cow<'static, str> {
        Cow::Borrowed("FileBytes")
    }
}

impl PartialSchema for FileBytes {
    fn schema() -> RefOr<Schema> {
        ObjectBuilder::new()
            .schema_type(Type::String)
            .format(Some(SchemaFormat::KnownFormat(KnownFormat::Binary)))
            .description(Some("The bytes of a file."))
            .into()
    }
}

/// A form with a file, as browsers and generated clients send it.
#[derive(ToSchema)]
#[schema(as = FileUploadInput)]
pub struct FileForm {
    /// Bytes of the file to upload.
    // Not by reference to `FileBytes`: a generated client knows a part as a file by its own format.
    #[schema(value_type = String, format = Binary)]
    #[expect(dead_code, reason = "the form is read as it comes, and never held as a whole")]
    file: FileBytes,
}

/// The answer that is a file, in the types that files have, and as `application/octet-stream` for who asks for that alone.
pub struct FileContent;

impl IntoResponses for FileContent {
    fn responses() -> BTreeMap<String, RefOr<Response>> {
        // Generated clients drop an answer of which they know no type; every generator knows this one.
        let types = MEDIA_TYPES.iter().chain([&OCTET_STREAM]);
        let answer = types.fold(
            ResponseBuilder::new().description("The bytes of the file, as uploaded."),
            |answer, media_type| {
                let schema = Ref::from_schema_name(FileBytes::name());
                answer.content(*media_type, ContentBuilder::new().schema(Some(schema)).build())
            },
        );
        BTreeMap::from([("200".to_owned(), answer.build().into())])
    }
}
