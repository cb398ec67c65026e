{# Schemas carry the names of the layers (staging, intermediate, marts, reference) without a prefix,
   so that a query reads the same in every target. #}
{% macro generate_schema_name(custom_schema_name, node) -%}
    {{ (custom_schema_name or target.schema) | trim }}
{%- endmacro %}
