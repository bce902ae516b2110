// Leaves what a date picker cannot read as it was typed, for the server to say so: by itself it would write the present.
jQuery.fn.datetimepicker.defaults.validateOnBlur = false
