{{ cells(source('raw', 'ofsted_inspections'), none, 'inspection_columns') }}
