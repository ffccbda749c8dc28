module countersign/interop-choreo-connect-adapter

go 1.26.0

require (
	github.com/ghodss/yaml v1.0.0
	github.com/pelletier/go-toml v1.8.1
)

require gopkg.in/yaml.v2 v2.4.0 // indirect
