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

{{/* An address block without link-local addresses, with which every cloud's metadata service begins. */}}
{{- define "cift.block" -}}
- ipBlock:
    cidr: {{ . | quote }}
    {{- if eq . "0.0.0.0/0" }}
    except: [169.254.0.0/16]
    {{- else if eq . "::/0" }}
    except: ["fe80::/10", "fd00:ec2::254/128"]
    {{- end }}
{{- end }}

{{/* Which namespaces the operator looks after has to be said. */}}
{{- define "cift.scope" -}}
{{- if and .Values.watchNamespaces .Values.clusterWide }}
{{- fail "watchNamespaces and clusterWide exclude each other: name the namespaces, or say clusterWide=true and leave watchNamespaces empty" }}
{{- else if not (or .Values.watchNamespaces .Values.clusterWide) }}
{{- fail "watchNamespaces is required: name the namespaces with platforms (--set 'watchNamespaces={trading}'), or say clusterWide=true, which lets the operator read any Secret of the cluster by name" }}
{{- end }}
{{- end }}

{{/* What the operator does in a namespace with platforms: the kinds of cift_operator/cluster/kinds.py and no others.
Secrets are neither listed nor watched: RBAC cannot restrict that to some of them. */}}
{{- define "cift.rules" -}}
- apiGroups: [cift.markets]
  resources: [tradingplatforms]
  verbs: [get, list, watch]
- apiGroups: [cift.markets]
  resources: [tradingplatforms/status]
  verbs: [patch]
# What it makes names its platform as owner, which blocks the owner's deletion.
- apiGroups: [cift.markets]
  resources: [tradingplatforms/finalizers]
  verbs: [update]
- apiGroups: [""]
  resources: [secrets]
  verbs: [get, create, patch, delete]
- apiGroups: [""]
  resources: [serviceaccounts, configmaps, services, persistentvolumeclaims]
  verbs: [get, list, watch, create, patch, delete]
- apiGroups: [apps]
  resources: [deployments, statefulsets]
  verbs: [get, list, watch, create, patch, delete]
- apiGroups: [batch]
  resources: [jobs, cronjobs]
  verbs: [get, list, watch, create, patch, delete]
- apiGroups: [policy]
  resources: [poddisruptionbudgets]
  verbs: [get, list, watch, create, patch, delete]
- apiGroups: [autoscaling]
  resources: [horizontalpodautoscalers]
  verbs: [get, list, watch, create, patch, delete]
- apiGroups: [networking.k8s.io]
  resources: [networkpolicies, ingresses]
  verbs: [get, list, watch, create, patch, delete]
- apiGroups: [""]
  resources: [pods]
  verbs: [get, list, watch, create, patch, delete]
- apiGroups: [events.k8s.io]
  resources: [events]
  verbs: [create]
{{- if .Values.integrations.cloudNativePG }}
- apiGroups: [postgresql.cnpg.io]
  resources: [clusters]
  verbs: [get, list, watch, create, patch, delete]
{{- end }}
{{- if .Values.integrations.clickHouseOperator }}
- apiGroups: [clickhouse.altinity.com]
  resources: [clickhouseinstallations]
  verbs: [get, list, watch, create, patch, delete]
{{- end }}
{{- if .Values.integrations.prometheusOperator }}
- apiGroups: [monitoring.coreos.com]
  resources: [podmonitors]
  verbs: [get, list, watch, create, patch, delete]
{{- end }}
{{- end }}
