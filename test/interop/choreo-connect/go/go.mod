module countersign/interop-choreo-connect

go 1.26.0
