-- The reflection question a partnership chose, its level on the grid, the commitment made and whether it was kept.
{{ template_mart('template_reflection_grid') }}
