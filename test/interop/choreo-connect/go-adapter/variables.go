package main

import (
	"os"
	"reflect"
	"strconv"
	"strings"
)

// variables contains the variables of a container, by their names in capital letters.
type variables map[string]string

func (c container) variables() (variables, error) {
	found := variables{}
	content, err := os.ReadFile(c.path("environment"))
	for _, line := range strings.Split(string(content), "\n") {
		if name, value, isSet := strings.Cut(line, "="); isSet {
			found[strings.ToUpper(name)] = value
		}
	}
	return found, err
}

// resolve overrides settings with the variables that are named after them, such as CC_ROUTER_UPSTREAM_TLS_CIPHERS
// (v1.2.0, adapter/pkg/config/parser.go).
func (v variables) resolve(read *settings) {
	v.into(reflect.ValueOf(read).Elem(), "CC")
}

func (v variables) into(value reflect.Value, name string) {
	given, isGiven := v[strings.ToUpper(name)]
	switch value.Kind() {
	case reflect.Struct:
		for index := range value.NumField() {
			v.into(value.Field(index), name+"_"+value.Type().Field(index).Name)
		}
	case reflect.Slice:
		for index := range value.Len() {
			v.into(value.Index(index), name+"_"+strconv.Itoa(index))
		}
	case reflect.String:
		if isGiven {
			value.SetString(given)
		}
	case reflect.Bool:
		if is, err := strconv.ParseBool(given); isGiven && err == nil {
			value.SetBool(is)
		}
	}
}
