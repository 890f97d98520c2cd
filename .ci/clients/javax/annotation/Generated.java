package javax.annotation;

/** The Java of today has it no more, and generated clients name it: a project takes it from a library. */
public @interface Generated {
    String value();
    String date() default "";
    String comments() default "";
}
