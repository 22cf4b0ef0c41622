{{- define "cift.name" -}}
{{ .Release.Name | trunc 50 | trimSuffix "-" }}
{{- end }}

{{- define "cift.serviceAccount" -}}
{{ .Values.serviceAccount.name | default (include "cift.name" .) }}
{{- end }}

{{- define "cift.image" -}}
{{ .Values.image.repository }}:{{ .Values.image.tag | default .Chart.AppVersion }}
{{- end }}

{{/* The name label is what the platforms' network policies let in. */}}
{{- define "cift.selector" -}}
app.kubernetes.io/name: cift-operator
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end }}

{{- define "cift.labels" -}}
{{ include "cift.selector" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/part-of: cift
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ .Chart.Name }}-{{ .Chart.Version }}
{{- end }}

{{/* What the operator does in a namespace with platforms: the kinds of cift_operator/cluster/kinds.py and no others. */}}
{{- define "cift.rules" -}}
- apiGroups: [cift.markets]
  resources: [tradingplatforms]
  verbs: [get, list, watch, patch, update]
- apiGroups: [cift.markets]
  resources: [tradingplatforms/status, tradingplatforms/finalizers]
  verbs: [get, patch, update]
- apiGroups: [""]
  resources: [serviceaccounts, configmaps, secrets, services, persistentvolumeclaims]
  verbs: [get, list, watch, create, patch, update, delete]
- apiGroups: [apps]
  resources: [deployments, statefulsets]
  verbs: [get, list, watch, create, patch, update, delete]
- apiGroups: [batch]
  resources: [jobs, cronjobs]
  verbs: [get, list, watch, create, patch, update, delete]
- apiGroups: [policy]
  resources: [poddisruptionbudgets]
  verbs: [get, list, watch, create, patch, update, delete]
- apiGroups: [autoscaling]
  resources: [horizontalpodautoscalers]
  verbs: [get, list, watch, create, patch, update, delete]
- apiGroups: [networking.k8s.io]
  resources: [networkpolicies, ingresses]
  verbs: [get, list, watch, create, patch, update, delete]
- apiGroups: [""]
  resources: [pods]
  verbs: [get, list, watch, create, patch, delete]
- apiGroups: [""]
  resources: [pods/log]
  verbs: [get]
- apiGroups: ["", events.k8s.io]
  resources: [events]
  verbs: [create, patch]
{{- if .Values.integrations.cloudNativePG }}
- apiGroups: [postgresql.cnpg.io]
  resources: [clusters]
  verbs: [get, list, watch, create, patch, update, delete]
{{- end }}
{{- if .Values.integrations.clickHouseOperator }}
- apiGroups: [clickhouse.altinity.com]
  resources: [clickhouseinstallations]
  verbs: [get, list, watch, create, patch, update, delete]
{{- end }}
{{- if .Values.integrations.prometheusOperator }}
- apiGroups: [monitoring.coreos.com]
  resources: [podmonitors]
  verbs: [get, list, watch, create, patch, update, delete]
{{- end }}
{{- end }}
