module countersign/choreo

go 1.26.0
