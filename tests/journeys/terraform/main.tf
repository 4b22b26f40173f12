# A pool with all that the provider can set, a pool with its defaults, and what belongs to them.

terraform {
  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = "5.100.0"
    }
  }
}

variable "endpoint" { type = string }

variable "saml_metadata" { type = string }

# Changes a member of nearly every resource in place.
variable "changed" {
  type    = bool
  default = false
}

provider "aws" {
  region                      = "eu-west-1"
  skip_credentials_validation = true
  skip_metadata_api_check     = true
  skip_region_validation      = true
  skip_requesting_account_id  = true
  max_retries                 = 1

  endpoints {
    cognitoidp = var.endpoint
  }

  default_tags {
    tags = { made-by = "terraform" }
  }
}

locals {
  function = "arn:aws:lambda:eu-west-1:123456789012:function:hello"
}

resource "aws_cognito_user_pool" "full" {
  name                       = "people"
  user_pool_tier             = "PLUS"
  deletion_protection        = "INACTIVE"
  alias_attributes           = ["email", "preferred_username"]
  auto_verified_attributes   = ["email", "phone_number"]
  mfa_configuration          = "OPTIONAL"
  sms_authentication_message = var.changed ? "Go in with {####}" : "Sign in with {####}"

  account_recovery_setting {
    recovery_mechanism {
      name     = "verified_phone_number"
      priority = 1
    }
    recovery_mechanism {
      name     = "verified_email"
      priority = 2
    }
  }

  admin_create_user_config {
    allow_admin_create_user_only = true

    invite_message_template {
      email_message = "Hi {username}: {####}"
      email_subject = "Welcome"
      sms_message   = "{username} {####}"
    }
  }

  device_configuration {
    challenge_required_on_new_device      = true
    device_only_remembered_on_user_prompt = true
  }

  email_configuration {
    configuration_set      = "mails"
    email_sending_account  = "DEVELOPER"
    from_email_address     = "Us <us@example.com>"
    reply_to_email_address = "reply@example.com"
    source_arn             = "arn:aws:ses:eu-west-1:123456789012:identity/example.com"
  }

  email_mfa_configuration {
    message = "Your code is {####}"
    subject = "Your code"
  }

  lambda_config {
    create_auth_challenge          = local.function
    custom_message                 = local.function
    define_auth_challenge          = local.function
    kms_key_id                     = "arn:aws:kms:eu-west-1:123456789012:key/1"
    post_authentication            = local.function
    post_confirmation              = local.function
    pre_authentication             = local.function
    pre_sign_up                    = local.function
    user_migration                 = local.function
    verify_auth_challenge_response = local.function

    custom_email_sender {
      lambda_arn     = local.function
      lambda_version = "V1_0"
    }

    custom_sms_sender {
      lambda_arn     = local.function
      lambda_version = "V1_0"
    }

    pre_token_generation_config {
      lambda_arn     = local.function
      lambda_version = "V2_0"
    }
  }

  password_policy {
    minimum_length                   = var.changed ? 16 : 12
    password_history_size            = 5
    require_lowercase                = true
    require_numbers                  = false
    require_symbols                  = false
    require_uppercase                = true
    temporary_password_validity_days = 3
  }

  schema {
    name                = "email"
    attribute_data_type = "String"
    required            = true
    mutable             = true

    string_attribute_constraints {
      min_length = "5"
      max_length = "200"
    }
  }

  schema {
    name                     = "tenant"
    attribute_data_type      = "String"
    developer_only_attribute = false
    mutable                  = false
    required                 = false

    string_attribute_constraints {
      min_length = "1"
      max_length = "64"
    }
  }

  schema {
    name                     = "seats"
    attribute_data_type      = "Number"
    developer_only_attribute = false
    mutable                  = true
    required                 = false

    number_attribute_constraints {
      min_value = "1"
      max_value = "1000"
    }
  }

  # The provider adds a definition in place, the rest it cannot change.
  dynamic "schema" {
    for_each = var.changed ? ["colour"] : []

    content {
      name                     = schema.value
      attribute_data_type      = "String"
      developer_only_attribute = false
      mutable                  = true
      required                 = false

      string_attribute_constraints {}
    }
  }

  sign_in_policy {
    allowed_first_auth_factors = ["PASSWORD", "EMAIL_OTP", "WEB_AUTHN"]
  }

  sms_configuration {
    external_id    = "outside"
    sns_caller_arn = "arn:aws:iam::123456789012:role/sms"
    sns_region     = "eu-west-1"
  }

  software_token_mfa_configuration {
    enabled = true
  }

  tags = { team = var.changed ? "blue" : "red" }

  user_attribute_update_settings {
    attributes_require_verification_before_update = ["email"]
  }

  user_pool_add_ons {
    advanced_security_mode = "ENFORCED"

    advanced_security_additional_flows {
      custom_auth_mode = "AUDIT"
    }
  }

  username_configuration {
    case_sensitive = false
  }

  verification_message_template {
    default_email_option  = "CONFIRM_WITH_LINK"
    email_message         = "Code {####}"
    email_message_by_link = "Press {##here##}"
    email_subject         = "Code"
    email_subject_by_link = "Link"
    sms_message           = "Code {####}"
  }

  web_authn_configuration {
    relying_party_id  = "example.com"
    user_verification = "required"
  }
}

resource "aws_cognito_user_pool" "plain" {
  name = "plain"
}

resource "aws_cognito_resource_server" "shop" {
  user_pool_id = aws_cognito_user_pool.full.id
  identifier   = "https://shop.example.com"
  name         = "Shop"

  scope {
    scope_name        = "orders.read"
    scope_description = "Read orders"
  }

  scope {
    scope_name        = "orders.write"
    scope_description = var.changed ? "Write orders" : "Change orders"
  }
}

resource "aws_cognito_identity_provider" "google" {
  user_pool_id  = aws_cognito_user_pool.full.id
  provider_name = "Google"
  provider_type = "Google"

  provider_details = {
    authorize_scopes              = "email profile openid"
    client_id                     = "shop.apps.example.com"
    client_secret                 = "correct horse"
    attributes_url                = "https://people.googleapis.com/v1/people/me?personFields="
    attributes_url_add_attributes = "true"
    authorize_url                 = "https://accounts.google.com/o/oauth2/v2/auth"
    oidc_issuer                   = "https://accounts.google.com"
    token_request_method          = "POST"
    token_url                     = "https://www.googleapis.com/oauth2/v4/token"
  }

  attribute_mapping = {
    email    = "email"
    username = "sub"
  }
}

resource "aws_cognito_identity_provider" "oidc" {
  user_pool_id    = aws_cognito_user_pool.full.id
  provider_name   = "Partner"
  provider_type   = "OIDC"
  idp_identifiers = ["partner.example.com"]

  provider_details = {
    attributes_request_method     = "GET"
    attributes_url                = "https://login.partner.example.com/userinfo"
    attributes_url_add_attributes = "false"
    authorize_scopes              = var.changed ? "openid email profile" : "openid email"
    authorize_url                 = "https://login.partner.example.com/authorize"
    client_id                     = "shop"
    client_secret                 = "battery staple"
    jwks_uri                      = "https://login.partner.example.com/jwks"
    oidc_issuer                   = "https://login.partner.example.com"
    token_url                     = "https://login.partner.example.com/token"
  }

  attribute_mapping = {
    email    = "email"
    username = "sub"
  }
}

resource "aws_cognito_identity_provider" "saml" {
  user_pool_id  = aws_cognito_user_pool.full.id
  provider_name = "Corporation"
  provider_type = "SAML"

  provider_details = {
    MetadataFile = file(var.saml_metadata)
    IDPSignout   = "true"
  }

  attribute_mapping = {
    email = "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/emailaddress"
  }

  lifecycle {
    # Read out of the metadata by the pool.
    ignore_changes = [provider_details["ActiveEncryptionCertificate"], provider_details["SSORedirectBindingURI"]]
  }
}

resource "aws_cognito_user_pool_client" "web" {
  user_pool_id                                  = aws_cognito_user_pool.full.id
  name                                          = "web"
  generate_secret                               = true
  access_token_validity                         = var.changed ? 15 : 30
  id_token_validity                             = 30
  refresh_token_validity                        = 7
  auth_session_validity                         = 5
  allowed_oauth_flows_user_pool_client          = true
  allowed_oauth_flows                           = ["code"]
  allowed_oauth_scopes                          = concat(["openid", "email"], aws_cognito_resource_server.shop.scope_identifiers)
  callback_urls                                 = ["https://shop.example.com/in", "http://localhost:3000/in"]
  logout_urls                                   = ["https://shop.example.com/out"]
  default_redirect_uri                          = "https://shop.example.com/in"
  enable_token_revocation                       = true
  enable_propagate_additional_user_context_data = true
  explicit_auth_flows                           = ["ALLOW_USER_SRP_AUTH", "ALLOW_USER_PASSWORD_AUTH", "ALLOW_USER_AUTH"]
  prevent_user_existence_errors                 = "ENABLED"
  read_attributes                               = ["email", "email_verified", "custom:tenant"]
  write_attributes                              = ["email", "name"]
  supported_identity_providers = [
    "COGNITO",
    aws_cognito_identity_provider.google.provider_name,
    aws_cognito_identity_provider.oidc.provider_name,
    aws_cognito_identity_provider.saml.provider_name,
  ]

  analytics_configuration {
    application_id   = "d70b2ba36a8c4dc5a04a0451a31a1e12"
    external_id      = "outside"
    role_arn         = "arn:aws:iam::123456789012:role/analytics"
    user_data_shared = true
  }

  refresh_token_rotation {
    feature                    = "ENABLED"
    retry_grace_period_seconds = 30
  }

  token_validity_units {
    access_token  = "minutes"
    id_token      = "minutes"
    refresh_token = "days"
  }
}

resource "aws_cognito_user_pool_client" "machine" {
  user_pool_id                         = aws_cognito_user_pool.full.id
  name                                 = "machine"
  generate_secret                      = true
  allowed_oauth_flows_user_pool_client = true
  allowed_oauth_flows                  = ["client_credentials"]
  allowed_oauth_scopes                 = aws_cognito_resource_server.shop.scope_identifiers
}

resource "aws_cognito_user_pool_client" "plain" {
  user_pool_id = aws_cognito_user_pool.plain.id
  name         = "plain"
}

resource "aws_cognito_user_pool_domain" "prefix" {
  user_pool_id          = aws_cognito_user_pool.full.id
  domain                = "people-of-the-shop"
  managed_login_version = var.changed ? 2 : 1
}

resource "aws_cognito_user_pool_domain" "custom" {
  user_pool_id    = aws_cognito_user_pool.full.id
  domain          = "login.shop.example.com"
  certificate_arn = "arn:aws:acm:us-east-1:123456789012:certificate/11111111-2222-3333-4444-555555555555"
}

resource "aws_cognito_user_pool_ui_customization" "all" {
  user_pool_id = aws_cognito_user_pool_domain.prefix.user_pool_id
  css          = ".label-customizable {font-weight: ${var.changed ? 700 : 400};}"
}

resource "aws_cognito_risk_configuration" "all" {
  user_pool_id = aws_cognito_user_pool.full.id

  account_takeover_risk_configuration {
    actions {
      low_action {
        event_action = "NO_ACTION"
        notify       = false
      }
      medium_action {
        event_action = "MFA_IF_CONFIGURED"
        notify       = true
      }
      high_action {
        event_action = var.changed ? "MFA_REQUIRED" : "BLOCK"
        notify       = true
      }
    }

    notify_configuration {
      from       = "us@example.com"
      reply_to   = "reply@example.com"
      source_arn = "arn:aws:ses:eu-west-1:123456789012:identity/example.com"

      block_email {
        html_body = "<p>Blocked</p>"
        subject   = "Blocked"
        text_body = "Blocked"
      }
      mfa_email {
        html_body = "<p>Code asked</p>"
        subject   = "Code asked"
        text_body = "Code asked"
      }
      no_action_email {
        html_body = "<p>Signed in</p>"
        subject   = "Signed in"
        text_body = "Signed in"
      }
    }
  }

  compromised_credentials_risk_configuration {
    event_filter = ["SIGN_IN", "PASSWORD_CHANGE"]

    actions {
      event_action = "BLOCK"
    }
  }

  risk_exception_configuration {
    blocked_ip_range_list = ["192.0.2.0/24"]
    skipped_ip_range_list = ["198.51.100.7/32"]
  }
}

resource "aws_cognito_user_group" "admins" {
  user_pool_id = aws_cognito_user_pool.full.id
  name         = "admins"
  description  = var.changed ? "They may do all" : "They may do much"
  precedence   = 1
  role_arn     = "arn:aws:iam::123456789012:role/admins"
}

resource "aws_cognito_user_group" "readers" {
  user_pool_id = aws_cognito_user_pool.full.id
  name         = "readers"
}

resource "aws_cognito_user" "jane" {
  user_pool_id       = aws_cognito_user_pool.full.id
  username           = "jane"
  temporary_password = "Temporary-Passw0rd"
  message_action     = "SUPPRESS"

  attributes = {
    email          = "jane@example.com"
    email_verified = true
    name           = var.changed ? "Jane Roe" : "Jane Doe"
    tenant         = "red"
  }
}

resource "aws_cognito_user" "joe" {
  user_pool_id = aws_cognito_user_pool.plain.id
  username     = "joe"
  password     = "Permanent-Passw0rd1"
  enabled      = false
}

resource "aws_cognito_user_in_group" "jane" {
  user_pool_id = aws_cognito_user_pool.full.id
  group_name   = aws_cognito_user_group.admins.name
  username     = aws_cognito_user.jane.username
}
